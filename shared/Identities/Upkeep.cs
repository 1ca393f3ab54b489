using Microsoft.Extensions.Logging;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>What every round does besides its work items: it measures, alerts, counts and audits.</summary>
internal sealed partial class Upkeep(IdentityTables tables, Preflight preflight, TrainingOptions training, Census census, NamespaceAudit audit, Alerts alerts, Telemetry telemetry, ILogger<Upkeep> logger)
{
    /// <summary>Work that is due for longer than this is late.</summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan DriftTolerated = TimeSpan.FromSeconds(30);

    /// <summary>Trouble with one part never stops another.</summary>
    /// <param name="due">What was due when the round began.</param>
    public async Task RunAsync(IReadOnlyList<WorkItem> due, CancellationToken stop)
    {
        await TryAsync("backlog", () => BacklogAsync(due, stop), stop);
        await TryAsync("preflight", () => PreflightAsync(stop), stop);
        await TryAsync("clock", () => ClockAsync(stop), stop);
        await TryAsync("census", () => census.StepAsync(stop), stop);
        await TryAsync("audit", () => audit.StepAsync(stop), stop);
        await TryAsync("measures", () => MeasureAsync(stop), stop);
    }

    /// <returns>For how long the oldest item has been due; zero when none is.</returns>
    public static TimeSpan Age(IReadOnlyList<WorkItem> due, DateTimeOffset now) => due.Count is 0 ? TimeSpan.Zero : now - due.Min(item => item.Due);

    private async Task BacklogAsync(IReadOnlyList<WorkItem> due, CancellationToken stop)
    {
        var oldest = Age(due, tables.Clock.GetUtcNow());
        telemetry.BacklogSeen(due.Count, oldest);
        if (oldest > LateAfter)
        {
            await alerts.RaiseAsync(AlertKind.Backlog, null, stop);
        }
    }

    /// <summary>An operator hears of it before a user does.</summary>
    private async Task PreflightAsync(CancellationToken stop)
    {
        if ((await preflight.LastAsync(stop)).Lacking(training.PreflightIgnored).Any())
        {
            await alerts.RaiseAsync(AlertKind.TrainingUnfit, null, stop);
        }
    }

    private Task ClockAsync(CancellationToken stop) =>
        tables.Clock.Ahead.Duration() > DriftTolerated ? alerts.RaiseAsync(AlertKind.ClockDrift, null, stop) : Task.CompletedTask;

    /// <summary>Whichever host did the counting, every host shows it.</summary>
    private async Task MeasureAsync(CancellationToken stop)
    {
        if (CensusTally.Found(await tables.Service.GetAsync(Census.Row, stop)) is { } counted)
        {
            var unfinished = tables.Clock.GetUtcNow() - counted.UnfinishedSince ?? TimeSpan.Zero;
            telemetry.Counted(counted.Live, unfinished, counted.SlowErasures);
            telemetry.Held(counted.Users, counted.Photos, counted.Bytes);
        }
        if (AuditTally.Found(await tables.Service.GetAsync(NamespaceAudit.Row, stop)) is { } audited)
        {
            telemetry.Audited(audited.Orphans);
        }
    }

    private async Task TryAsync(string part, Func<Task> run, CancellationToken stop)
    {
        try
        {
            await run();
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            Log.Trouble(logger, e, part);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The part {Part} of the upkeep failed; it comes again.")]
        public static partial void Trouble(ILogger logger, Exception trouble, string part);
    }
}
