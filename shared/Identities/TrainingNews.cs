using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>
/// Takes word that something happened to a repo. The word itself decides nothing: it makes the record due, and the Hub is
/// asked. However often the same word comes, the Hub is asked at most once per <see cref="WatchOptions.NewsEvery"/>.
/// </summary>
public sealed partial class TrainingNews
{
    private static readonly TimeSpan Inline = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<(IdentityId, DateTimeOffset), Lazy<Task<WorkItem?>>> _pokes = [];
    private readonly IdentityTables _tables;
    private readonly Reconciler _reconciler;
    private readonly WatchOptions _options;
    private readonly ILogger<TrainingNews> _logger;

    internal TrainingNews(IdentityTables tables, Reconciler reconciler, WatchOptions options, ILogger<TrainingNews> logger) =>
        (_tables, _reconciler, _options, _logger) = (tables, reconciler, options, logger);

    /// <summary>When this returns, the record is due, durably; whether it has moved already does not matter to the sender.</summary>
    /// <param name="head">The commit that the word says is new; null when it is about something else.</param>
    /// <param name="hubId">Which repo of that name is meant, where the word says so.</param>
    public async Task TakeAsync(RepoId repo, string? head, CancellationToken stop, string? hubId = null)
    {
        await _tables.EnsureAsync(stop);
        if (await _tables.Index.FindAsync(repo, stop) is not { } claim
            || await _tables.For(claim.OwnerKey).GetAsync(claim.Identity, stop) is not { } identity || identity.Repo != claim.Repo || !IsNews(identity, head) || !IsMeant(identity, hubId))
        {
            return;
        }

        var (due, early) = Due(identity);
        if (await PokeAsync(identity, due, stop) is not { } item || early || identity.Driven)
        {
            // Somebody sees to it: another delivery, a driver, or the next tick. A webhook is too short to commit or launch in.
            return;
        }

        using var limit = new TimeLimit(Inline, _tables.Clock, stop);
        try
        {
            await _reconciler.ProcessAsync(item, limit.Token);
        }
        catch (Exception e) when (e is HubException or OperationCanceledException || TableTrouble.Is(e))
        {
            Log.Later(_logger, identity.Id, e.GetType().Name);
        }
    }

    /// <summary>Of the words of one moment one writes: those that come with it wait for it, and later ones find the item.</summary>
    /// <returns>The item for whoever made it, null for everybody else.</returns>
    private async Task<WorkItem?> PokeAsync(Identity identity, DateTimeOffset due, CancellationToken stop)
    {
        // Not broken off with the request that happens to be the first: others wait for it.
        var mine = new Lazy<Task<WorkItem?>>(async () =>
            await _tables.Index.ItemAsync(identity, due, CancellationToken.None) is null ? await _tables.Index.PokeAsync(identity, due, CancellationToken.None) : null);
        var first = _pokes.GetOrAdd((identity.Id, due), mine);
        try
        {
            return await first.Value.WaitAsync(stop) is { } item && first == mine ? item : null;
        }
        finally
        {
            _pokes.TryRemove(new((identity.Id, due), mine));
        }
    }

    /// <summary>What we did ourselves is no news, and neither is anything about a record that has ended for good.</summary>
    private static bool IsNews(Identity identity, string? head) =>
        identity.Stored && identity.State is not (IdentityState.Compensating or IdentityState.Deleting) && (head is null || head != identity.CommitOid);

    /// <summary>A repo that bears the name of ours and is another one is no business of ours.</summary>
    private static bool IsMeant(Identity identity, string? hubId) => hubId is null || identity.HubRepoId is null or "" || hubId == identity.HubRepoId;

    /// <summary>Moments on a grid, so that a storm of words makes one item; right after a look, the end of the pause.</summary>
    private (DateTimeOffset Due, bool Early) Due(Identity identity)
    {
        var now = _tables.Clock.GetUtcNow();
        var every = _options.NewsEvery;
        return identity.LookedAt is { } looked && now < looked + every
            ? (looked + every, true)
            : (new DateTimeOffset(now.UtcTicks - (now.UtcTicks % every.Ticks), TimeSpan.Zero), false);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Word of identity {Identity} is followed up later ({Cause}).")]
        public static partial void Later(ILogger logger, IdentityId identity, string cause);
    }
}
