using System.Globalization;
using Azure.Data.Tables;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary>What <c>status</c> says from the tables: backlog, census, audit, alerts and whether trainings start.</summary>
internal sealed class RowsReport(IdentityTables tables, TrainingOptions training, TextWriter output)
{
    private const int ItemsPerBucket = 1000;
    private const int NamesShown = 20;
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    /// <returns>False when something needs an operator.</returns>
    public async Task<bool> PrintAsync(CancellationToken stop)
    {
        await tables.EnsureAsync(stop);
        var census = await tables.Service.GetAsync(Census.Row, stop);
        var now = tables.Clock.GetUtcNow();
        var fine = await BacklogAsync(now, stop);
        fine &= await CensusAsync(census);
        fine &= await AuditAsync(await tables.Service.GetAsync(NamespaceAudit.Row, stop));
        fine &= await AlertsAsync(now, stop);
        await TrainingAsync(now, stop);
        return fine;
    }

    private async Task<bool> BacklogAsync(DateTimeOffset now, CancellationToken stop)
    {
        var due = await tables.Index.DueAsync(now, ItemsPerBucket, stop);
        var oldest = Upkeep.Age(due, now);
        await output.WriteLineAsync(due.Count is 0 ? "Backlog: nothing is due." : $"Backlog: {due.Count} due, the oldest for {Whole(oldest)}.");
        return oldest <= Upkeep.LateAfter;
    }

    private async Task<bool> CensusAsync(TableEntity row)
    {
        await output.WriteLineAsync($"Census: {LastRun(row)}.");
        if (CensusTally.Found(row) is not { } found)
        {
            return true;
        }

        var statuses = string.Concat(found.Statuses.Select(status => $", {status.Value} {status.Key}"));
        await output.WriteLineAsync($"Identities: {found.Live} on the Hub{statuses}.");
        await output.WriteLineAsync(found.Unfinished is { } oldest
            ? $"Oldest unfinished: {oldest}, since {Time(found.UnfinishedSince)}."
            : "Oldest unfinished: none.");
        await output.WriteLineAsync($"Stuck: {found.Overdue} long past their time, {found.Requeued} queued again, {found.Unreadable} unreadable.");
        await output.WriteLineAsync(found.SlowErasures is 0
            ? "Erasures over 24 h: 0."
            : $"Erasures over 24 h: {found.SlowErasures}, the oldest {found.SlowestErasure}, since {Time(found.SlowestSince)}.");
        return found is { SlowErasures: 0, Overdue: 0, Unreadable: 0 };
    }

    private async Task<bool> AuditAsync(TableEntity row)
    {
        await output.WriteLineAsync($"Audit: {LastRun(row)}.");
        if (AuditTally.Found(row) is not { } found)
        {
            return true;
        }

        await output.WriteLineAsync(found.Orphans is 0
            ? $"Orphans: 0 of {found.Repos} repos."
            : $"Orphans: {found.Orphans} of {found.Repos} repos, since {Time(found.OrphansSince)}. Nothing deletes them but you.");
        foreach (var name in found.Names.Take(NamesShown))
        {
            await output.WriteLineAsync($"  {name}");
        }
        if (found.Orphans > NamesShown)
        {
            await output.WriteLineAsync($"  and {found.Orphans - NamesShown} more");
        }
        return found.Orphans is 0;
    }

    private async Task<bool> AlertsAsync(DateTimeOffset now, CancellationToken stop)
    {
        var rows = await tables.Service.ListAsync(Alerts.RowPrefix, stop);
        await output.WriteLineAsync(rows.Count is 0 ? "Alerts: none." : "Alerts:");
        foreach (var row in rows)
        {
            var identity = row.GetString("identity") is { Length: > 0 } id ? $", identity {id}" : "";
            await output.WriteLineAsync($"  {row.RowKey[Alerts.RowPrefix.Length..]}: {row.GetInt64("count")}, last {Time(row.GetDateTimeOffset("last_at"))}{identity}");
        }
        return rows.All(row => now - row.GetDateTimeOffset("last_at") > Recent);
    }

    private async Task TrainingAsync(DateTimeOffset now, CancellationToken stop)
    {
        var paused = (await tables.Service.GetAsync(PauseSwitch.Row, stop)).GetBoolean(PauseSwitch.Paused) is true;
        var limit = training.UsdPerDay is { } usd ? string.Create(CultureInfo.InvariantCulture, $" of {usd:0.00}") : "";
        var day = await tables.Service.GetAsync(StartBudget.Row(now), stop);
        var started = day.GetInt64("count") ?? 0;
        var most = TrainingPrice.Usd(day.GetInt64("micro_usd") ?? 0).ToString("0.00", CultureInfo.InvariantCulture);
        await output.WriteLineAsync($"Training: {(paused ? "paused; run resume" : training.Paused ? "paused by its setting" : "on")}, {started} of {training.StartsPerDay} starts today, for at most {most}{limit} USD.");
    }

    private static string LastRun(TableEntity row) =>
        (row.GetDateTimeOffset("ended_at") is { } ended ? $"last ended {Time(ended)}" : "never ended yet")
        + (row.GetBoolean("under_way") is true ? $", under way since {Time(row.GetDateTimeOffset("began_at"))}" : "");

    private static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("u", CultureInfo.InvariantCulture) ?? "unknown";

    private static string Whole(TimeSpan age) => TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds)).ToString("c", CultureInfo.InvariantCulture);
}
