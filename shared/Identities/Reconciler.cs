using Microsoft.Extensions.Logging;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

public sealed class ReconcileOptions
{
    /// <summary>Where no Functions timer ticks.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A tick takes no new item after this time.</summary>
    public TimeSpan TickTakes { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>What is still under way then is broken off; the Functions host would kill the process at its own limit.</summary>
    public TimeSpan TickLasts { get; set; } = TimeSpan.FromSeconds(200);

    public int ItemsPerBucket { get; set; } = 25;

    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan LastRetry { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>An item that fails so often in a row is reported; it is tried on.</summary>
    public int PoisonTries { get; set; } = 8;

    /// <summary>How often all records are counted, and the repos of our namespace compared with them.</summary>
    public TimeSpan CensusEvery { get; set; } = TimeSpan.FromDays(1);

    /// <summary>A repo that has a claim and no record is looked at again after this time; it is never deleted for that.</summary>
    public TimeSpan OrphanRetry { get; set; } = TimeSpan.FromDays(1);

    public IEnumerable<string> Faults() => new SettingBounds("Reconcile")
        .Of(Every, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1))
        .Of(TickTakes, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(200))
        .Of(TickLasts, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(280))
        .Of(ItemsPerBucket, 1, 1000)
        .Of(FirstRetry, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1))
        .Of(LastRetry, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1))
        .Of(PoisonTries, 1, 1_000_000)
        .Of(CensusEvery, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30))
        .Of(OrphanRetry, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30))
        .When(FirstRetry > LastRetry, "Reconcile__FirstRetry must be no longer than Reconcile__LastRetry.")
        .Faults;
}

/// <summary>
/// Looks at everything that is due. Webhooks and requests only make this happen sooner: with all of them lost, every
/// identity still comes to its end.
/// </summary>
public sealed partial class Reconciler
{
    private readonly IdentityTables _tables;
    private readonly Drive _drive;
    private readonly TrainingWatch _watch;
    private readonly DraftWatch _drafts;
    private readonly Erasure _erasure;
    private readonly HubRemoval _removal;
    private readonly Orphans _orphans;
    private readonly Accounts _accounts;
    private readonly Upkeep _upkeep;
    private readonly Alerts _alerts;
    private readonly HubPace _pace;
    private readonly ReconcileOptions _options;
    private readonly ILogger<Reconciler> _logger;

    internal Reconciler(
        IdentityTables tables, Drive drive, TrainingWatch watch, DraftWatch drafts, Erasure erasure, HubRemoval removal, Orphans orphans, Accounts accounts, Upkeep upkeep, Alerts alerts, HubPace pace,
        ReconcileOptions options, ILogger<Reconciler> logger) =>
        (_tables, _drive, _watch, _drafts, _erasure, _removal, _orphans, _accounts, _upkeep, _alerts, _pace, _options, _logger) =
        (tables, drive, watch, drafts, erasure, removal, orphans, accounts, upkeep, alerts, pace, options, logger);

    private TimeProvider Clock => _tables.Clock;

    /// <summary>One round, oldest first. Trouble with one item never keeps the others waiting; what is left of the Hub's allowance is people's.</summary>
    public async Task TickAsync(CancellationToken stop)
    {
        await _tables.EnsureAsync(stop);
        var began = Clock.GetTimestamp();
        using var limit = new TimeLimit(_options.TickLasts, Clock, stop);
        var due = await _tables.Index.DueAsync(Clock.GetUtcNow(), _options.ItemsPerBucket, stop);
        foreach (var item in due)
        {
            if (Clock.GetElapsedTime(began) > _options.TickTakes || _pace.Spent >= _pace.Allowed)
            {
                break;
            }
            await TryAsync(item, limit.Token, stop);
        }
        await _upkeep.RunAsync(due, stop);
    }

    private async Task TryAsync(WorkItem item, CancellationToken limit, CancellationToken stop)
    {
        try
        {
            await ProcessAsync(item, limit);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            Log.Trouble(_logger, e, item.Identity, item.Tries + 1);
            await PutOffAsync(item, e, stop);
        }
    }

    /// <summary>An item that cannot be put off stays due, and is tried again with the next tick.</summary>
    private async Task PutOffAsync(WorkItem item, Exception trouble, CancellationToken stop)
    {
        try
        {
            if (trouble is LaterRowException)
            {
                // No failure of ours: only out of the way, until the later version runs again.
                await _tables.Index.PostponeAsync(item with { Tries = 0 }, Clock.GetUtcNow() + _options.LastRetry, stop);
                return;
            }

            var wait = (trouble as HubException)?.RetryAfter ?? _options.FirstRetry * Math.Pow(2, Math.Min(item.Tries, 10));
            await _tables.Index.PostponeAsync(item, Clock.GetUtcNow() + (wait < _options.LastRetry ? wait : _options.LastRetry), stop);
            if (trouble is HubException { Fault: HubFault.Auth })
            {
                await _alerts.RaiseAsync(AlertKind.HubToken, item.Identity, stop);
            }
            if (item.Tries + 1 >= _options.PoisonTries)
            {
                await _alerts.RaiseAsync(AlertKind.PoisonItem, item.Identity, stop);
            }
        }
        catch (Exception e) when (TableTrouble.Is(e))
        {
            Log.NotPutOff(_logger, e, item.Identity);
        }
    }

    internal async Task ProcessAsync(WorkItem item, CancellationToken stop)
    {
        switch (item.Kind)
        {
            case WorkKind.Recheck:
                if (await _removal.AgainAsync(item.Repo!.Value, item.Identity, item.LastJobAttempt!.Value, stop) is Removal.Gone)
                {
                    await _tables.Index.DropAsync(item, stop);
                    return;
                }
                await _tables.Index.PostponeAsync(item, Clock.GetUtcNow() + _options.FirstRetry, stop);
                return;
            case WorkKind.Forget:
                await _tables.Index.ForgetAsync(item, stop);
                await _tables.Index.DropAsync(item, stop);
                return;
            case WorkKind.Account:
                await SettleAsync(item, await _accounts.FinishAsync(item.OwnerKey, stop), stop);
                return;
            default:
                await ProcessRecordAsync(item, stop);
                return;
        }
    }

    private async Task ProcessRecordAsync(WorkItem item, CancellationToken stop)
    {
        var rows = _tables.For(item.OwnerKey);
        var identity = await rows.GetAsync(item.Identity, stop);
        if (identity is null || identity.Repo != item.Repo)
        {
            await SettleOrphanAsync(item, item.Repo!.Value, stop);
            return;
        }
        if (IsPast(identity, item))
        {
            await _tables.Index.DropAsync(item, stop);
            return;
        }
        await SettleAsync(item, await MoveAsync(rows, identity, stop), stop);
    }

    /// <summary>The record was seen to since this item was queued, and has an item of its own for its next time.</summary>
    private bool IsPast(Identity identity, WorkItem item) =>
        identity.DueAt > Clock.GetUtcNow()
        && (identity.State is not (IdentityState.Draft or IdentityState.Training or IdentityState.Ready or IdentityState.Failed) || identity.LookedAt >= item.Due);

    /// <summary>Takes a record as far as it goes now.</summary>
    /// <returns>Null when it is gone.</returns>
    internal async Task<Identity?> MoveAsync(OwnerRows rows, Identity identity, CancellationToken stop)
    {
        using var span = Traces.Start("look", identity.TraceParent);
        var now = Clock.GetUtcNow();
        var moved = identity.State switch
        {
            IdentityState.Compensating => await _erasure.CompensateAsync(rows, identity, stop),
            IdentityState.Deleting => await _erasure.RunAsync(rows, identity, stop),
            IdentityState.Failed when identity.RetainUntil is null => identity,
            IdentityState.Failed when identity.RetainUntil <= now =>
                await rows.ReplaceAsync(identity, identity.Abandoned(identity.FailureCode!, now), stop) ?? await rows.GetAsync(identity.Id, stop),
            IdentityState.Draft when !identity.Driven => await _drafts.RunAsync(rows, identity, stop),
            IdentityState.Training or IdentityState.Ready or IdentityState.Failed => await _watch.RunAsync(rows, identity, stop),
            _ => await _drive.RunAsync(rows, identity, null, stop),
        };
        span?.SetTag("identity.id", identity.Id.ToString()).SetTag("identity.state", moved?.State.ToString() ?? "Gone").SetTag("failure", moved?.FailureCode);
        var goesOn = moved is { State: IdentityState.Compensating or IdentityState.Committed } && moved.State != identity.State;
        return goesOn ? await MoveAsync(rows, moved!, stop) : moved;
    }

    /// <summary>The record has its own item for its own due time; this one stays only while the record still wants it.</summary>
    private async Task SettleAsync(WorkItem item, Identity? identity, CancellationToken stop)
    {
        var now = Clock.GetUtcNow();
        if (identity is { Driven: true, Lease: { } lease } && lease.Until > now)
        {
            await _tables.Index.PostponeAsync(item with { Tries = 0 }, lease.Until, stop);
            return;
        }
        if (identity?.DueAt is { } due && (due <= now || SameMoment.Of(due, item.Due)))
        {
            await _tables.Index.PostponeAsync(item, now + _options.FirstRetry, stop);
            return;
        }
        await _tables.Index.DropAsync(item, stop);
    }

    private Task SettleAsync(WorkItem item, DateTimeOffset? due, CancellationToken stop) =>
        due is { } later ? _tables.Index.PostponeAsync(item with { Tries = 0 }, later, stop) : _tables.Index.DropAsync(item, stop);

    private async Task SettleOrphanAsync(WorkItem item, RepoId repo, CancellationToken stop)
    {
        if (await _orphans.ClearAsync(item, repo, stop))
        {
            await _tables.Index.DropAsync(item, stop);
            return;
        }

        await _alerts.RaiseAsync(AlertKind.Orphan, item.Identity, stop);
        await _tables.Index.PostponeAsync(item with { Tries = 0 }, Clock.GetUtcNow() + _options.OrphanRetry, stop);
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "The work item of identity {Identity} could not be put off.")]
        public static partial void NotPutOff(ILogger logger, Exception trouble, IdentityId identity);

        [LoggerMessage(1, LogLevel.Warning, "The work item of identity {Identity} failed for the {Tries}. time.")]
        public static partial void Trouble(ILogger logger, Exception trouble, IdentityId identity, int tries);
    }
}
