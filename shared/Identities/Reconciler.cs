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

    /// <summary>A repo that has a claim and no record is looked at again after this time; it is never deleted for that.</summary>
    public TimeSpan OrphanRetry { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>
/// Looks at every record that is due. Webhooks and requests only make this happen sooner: with all of them lost, every
/// identity still comes to its end.
/// </summary>
public sealed partial class Reconciler
{
    private readonly IdentityTables _tables;
    private readonly Drive _drive;
    private readonly TrainingWatch _watch;
    private readonly Erasure _erasure;
    private readonly Orphans _orphans;
    private readonly ReconcileOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<Reconciler> _logger;

    internal Reconciler(
        IdentityTables tables, Drive drive, TrainingWatch watch, Erasure erasure, Orphans orphans, ReconcileOptions options, TimeProvider clock, ILogger<Reconciler> logger) =>
        (_tables, _drive, _watch, _erasure, _orphans, _options, _clock, _logger) = (tables, drive, watch, erasure, orphans, options, clock, logger);

    /// <summary>One round. Trouble with one item never keeps the others waiting.</summary>
    public async Task TickAsync(CancellationToken stop)
    {
        await _tables.EnsureAsync(stop);
        var began = _clock.GetTimestamp();
        using var limit = new TimeLimit(_options.TickLasts, _clock, stop);
        foreach (var item in await _tables.Index.DueAsync(_clock.GetUtcNow(), _options.ItemsPerBucket, stop))
        {
            if (_clock.GetElapsedTime(began) > _options.TickTakes)
            {
                return;
            }
            await TryAsync(item, limit.Token, stop);
        }
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
            var wait = (e as HubException)?.RetryAfter ?? _options.FirstRetry * Math.Pow(2, Math.Min(item.Tries, 10));
            await _tables.Index.PostponeAsync(item, _clock.GetUtcNow() + (wait < _options.LastRetry ? wait : _options.LastRetry), stop);
        }
    }

    internal async Task ProcessAsync(WorkItem item, CancellationToken stop)
    {
        var rows = _tables.For(item.OwnerKey);
        var identity = await rows.GetAsync(item.Identity, stop);
        if (identity is null || identity.Repo != item.Repo)
        {
            await SettleOrphanAsync(item, stop);
            return;
        }
        await SettleAsync(item, await MoveAsync(rows, identity, stop), stop);
    }

    private async Task<Identity?> MoveAsync(OwnerRows rows, Identity identity, CancellationToken stop)
    {
        switch (identity.State)
        {
            case IdentityState.Training:
                return await _watch.RunAsync(rows, identity, stop);
            case IdentityState.Compensating:
                return await _erasure.CompensateAsync(rows, identity, stop);
            case IdentityState.Deleting:
                return await _erasure.RunAsync(rows, identity, stop);
            case IdentityState.Failed when identity.RetainUntil <= _clock.GetUtcNow():
                var abandoned = await rows.ReplaceAsync(identity, identity.Abandoned(identity.FailureCode!, _clock.GetUtcNow()), stop);
                return abandoned is null ? await rows.GetAsync(identity.Id, stop) : await _erasure.CompensateAsync(rows, abandoned, stop);
            case IdentityState.Failed or IdentityState.Ready:
                return identity;
            default:
                var driven = await _drive.RunAsync(rows, identity, null, stop);
                return driven?.State is IdentityState.Compensating ? await _erasure.CompensateAsync(rows, driven, stop) : driven;
        }
    }

    /// <summary>The record has its own item for its own due time; this one stays only while the record still wants it.</summary>
    private async Task SettleAsync(WorkItem item, Identity? identity, CancellationToken stop)
    {
        var now = _clock.GetUtcNow();
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

    private async Task SettleOrphanAsync(WorkItem item, CancellationToken stop)
    {
        if (await _orphans.ClearAsync(item, stop))
        {
            await _tables.Index.DropAsync(item, stop);
            return;
        }

        Log.Orphan(_logger, item.Identity);
        await _tables.Index.PostponeAsync(item, _clock.GetUtcNow() + _options.OrphanRetry, stop);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The work item of identity {Identity} failed for the {Tries}. time.")]
        public static partial void Trouble(ILogger logger, Exception trouble, IdentityId identity, int tries);

        [LoggerMessage(2, LogLevel.Error, "A repo is claimed for identity {Identity}, which has no record. Nothing is deleted; an operator must look.")]
        public static partial void Orphan(ILogger logger, IdentityId identity);
    }
}
