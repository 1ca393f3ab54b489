using System.Globalization;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>
/// Whether trainings may be started: the operator's switch, what the account has to train with, and how many a day all users
/// together may have, by number and by money. A start is counted before the job is asked for, at the most it can cost, and
/// corrected when it has ended; a crash in between costs a place and never an unnoticed bill.
/// </summary>
internal sealed class StartBudget(IdentityTables tables, TrainingOptions options, Preflight preflight, Alerts alerts, Telemetry telemetry)
{
    private static readonly TimeSpan SwitchLook = TimeSpan.FromMinutes(5);

    private TimeProvider Clock => tables.Clock;

    /// <returns>When to ask again; null when a training may be started.</returns>
    public async Task<DateTimeOffset?> BlockedUntilAsync(TrainingPlan plan, CancellationToken stop)
    {
        var now = Clock.GetUtcNow();
        if (await UnfitUntilAsync(plan, stop) is { } unfit)
        {
            return unfit;
        }
        if (options.Mode is TrainingMode.External)
        {
            return null;
        }
        if (options.Paused || (await tables.Service.GetAsync("training", stop)).GetBoolean("paused") is true)
        {
            return now + SwitchLook;
        }

        var (starts, microUsd) = Counted(await tables.Service.GetAsync(Row(now), stop));
        var most = microUsd + TrainingPrice.MicroUsd(plan.Timeout, await UsdPerHourAsync(plan, stop));
        return starts < options.StartsPerDay && !(most > options.UsdPerDay * TrainingPrice.MicroPerUsd) ? null : now + Quota.UntilTomorrow(now);
    }

    /// <returns>When to ask again; null unless a training of this plan is known to be impossible.</returns>
    public async ValueTask<DateTimeOffset?> UnfitUntilAsync(TrainingPlan plan, CancellationToken stop) =>
        (await preflight.LastAsync(stop)).Lacks(plan, options.PreflightIgnored).Any() ? Clock.GetUtcNow() + Preflight.KeptWhileLacking : null;

    /// <summary>Has the answers fetched that the questions above will be given.</summary>
    public async ValueTask ForeseeAsync(CancellationToken stop) => await preflight.LastAsync(stop);

    public async ValueTask<decimal> UsdPerHourAsync(TrainingPlan plan, CancellationToken stop) => (await preflight.LastAsync(stop)).UsdPerHour(plan);

    /// <summary>What a training of this plan usually costs, as its owner was told.</summary>
    public async ValueTask<long> EstimateAsync(TrainingPlan plan, CancellationToken stop) => options.Mode is TrainingMode.External
        ? 0
        : TrainingPrice.MicroUsd(TimeSpan.FromMinutes(plan.UsualMinutes), await UsdPerHourAsync(plan, stop));

    /// <returns>When it was counted: that day it is, also for who corrects it.</returns>
    public async Task<DateTimeOffset> TakeAsync(Identity identity, decimal usdPerHour, CancellationToken stop)
    {
        telemetry.Launched();
        var (now, count) = (Clock.GetUtcNow(), 0L);
        await tables.Service.ChangeAsync(Row(now), row =>
        {
            var (starts, microUsd) = Counted(row);
            row["count"] = count = starts + 1;
            row["micro_usd"] = microUsd + TrainingPrice.MicroUsd(identity.Plan.Timeout, usdPerHour);
        }, stop);
        if (count == options.StartsPerDay)
        {
            await alerts.RaiseAsync(AlertKind.BudgetSpent, identity.Id, stop);
        }
        return now;
    }

    /// <summary>Of the day on which this start would be counted, it is counted already.</summary>
    public bool IsTaken(Identity identity) => identity.LaunchIntentAt is { } intent && Row(intent) == Row(Clock.GetUtcNow());

    /// <summary>The Hub has refused the only start that was asked for, so nothing can have been spent.</summary>
    public Task RefusedAsync(Identity intended, CancellationToken stop) => intended is { LaunchTries: 1, LaunchIntentAt: { } launched }
        ? tables.Service.ChangeAsync(Row(launched), row => row["micro_usd"] = Math.Max(0, Counted(row).MicroUsd - intended.CeilingMicroUsd), stop)
        : Task.CompletedTask;

    /// <summary>The training has ended: what it did not cost of the most it could is given back to the day on which it was started.</summary>
    public async Task SettleAsync(Identity before, Identity after, CancellationToken stop)
    {
        if (before is not { State: IdentityState.Training, UsdPerHour: not null, LaunchIntentAt: { } launched } || after.State is IdentityState.Training)
        {
            return;
        }

        var spent = after.SpentMicroUsd - before.SpentMicroUsd;
        telemetry.Spent(TrainingPrice.Usd(spent), after.State.ToString());
        await tables.Service.ChangeAsync(Row(launched), row =>
        {
            var (_, microUsd) = Counted(row);
            row["micro_usd"] = Math.Max(0, microUsd - before.CeilingMicroUsd + spent);
            row["spent_micro_usd"] = (row.GetInt64("spent_micro_usd") ?? 0) + spent;
        }, stop);
    }

    /// <summary>The Hub refused a job for lack of credit: for a while no photos are taken for a training that cannot start.</summary>
    public async Task NoCreditAsync(CancellationToken stop)
    {
        await tables.Service.ChangeAsync(Preflight.CreditRow, row => row["refused_at"] = Clock.GetUtcNow(), stop);
        preflight.Doubt();
    }

    internal static string Row(DateTimeOffset now) => $"starts_{now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}";

    private static (long Starts, long MicroUsd) Counted(Azure.Data.Tables.TableEntity row) => (row.GetInt64("count") ?? 0, row.GetInt64("micro_usd") ?? 0);
}
