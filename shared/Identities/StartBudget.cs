using System.Globalization;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>
/// Whether trainings may be started: the operator's switch, and how many a day all users together may have. A start is
/// counted before the job is asked for, so a crash in between costs a place and never an unnoticed bill.
/// </summary>
internal sealed class StartBudget(IdentityTables tables, TrainingOptions options, Alerts alerts, Telemetry telemetry)
{
    private static readonly TimeSpan SwitchLook = TimeSpan.FromMinutes(5);

    private TimeProvider Clock => tables.Clock;

    /// <returns>When to ask again; null when a training may be started.</returns>
    public async Task<DateTimeOffset?> BlockedUntilAsync(CancellationToken stop)
    {
        var now = Clock.GetUtcNow();
        if (options.Mode is TrainingMode.External)
        {
            return null;
        }
        if (options.Paused || (await tables.Service.GetAsync("training", stop)).GetBoolean("paused") is true)
        {
            return now + SwitchLook;
        }
        return await CountAsync(now, stop) < options.StartsPerDay ? null : now + Quota.UntilTomorrow(now);
    }

    public async Task TakeAsync(IdentityId identity, CancellationToken stop)
    {
        telemetry.Launched();
        long count = 0;
        await tables.Service.ChangeAsync(Row(Clock.GetUtcNow()), row => row["count"] = count = (row.GetInt64("count") ?? 0) + 1, stop);
        if (count == options.StartsPerDay)
        {
            await alerts.RaiseAsync(AlertKind.BudgetSpent, identity, stop);
        }
    }

    private async Task<long> CountAsync(DateTimeOffset now, CancellationToken stop) => (await tables.Service.GetAsync(Row(now), stop)).GetInt64("count") ?? 0;

    private static string Row(DateTimeOffset now) => $"starts_{now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}";
}
