using Microsoft.Extensions.Logging;
using TrainIdentity.Auth;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

public sealed class ErasureOptions
{
    /// <summary>A repo is gone when the Hub says so twice, this far apart.</summary>
    public TimeSpan SecondLook { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What a DELETE waits for; the reconciler does the rest.</summary>
    public TimeSpan Inline { get; set; } = TimeSpan.FromSeconds(5);

    public IEnumerable<string> Faults() => new SettingBounds("Erasure")
        .Of(SecondLook, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1))
        .Of(Inline, TimeSpan.Zero, TimeSpan.FromMinutes(3))
        .Faults;
}

/// <summary>Deletes everything of an identity: job, repo, rows. Once the first write is made, nobody can see the identity any more.</summary>
public sealed partial class Erasure
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private readonly IdentityTables _tables;
    private readonly HubRemoval _removal;
    private readonly KeyTombstones _keys;
    private readonly ErasureOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<Erasure> _logger;

    internal Erasure(IdentityTables tables, HubRemoval removal, KeyTombstones keys, ErasureOptions options, TimeProvider clock, ILogger<Erasure> logger) =>
        (_tables, _removal, _keys, _options, _clock, _logger) = (tables, removal, keys, options, clock, logger);

    /// <summary>Accepts the erasure durably, then goes as far as a few seconds allow.</summary>
    /// <returns>False when the caller has no such identity.</returns>
    public Task<bool> AcceptAsync(Caller caller, IdentityId id, CancellationToken stop) => AcceptAsync(caller.Key, id, stop);

    /// <summary>The same by an operator, who is no caller.</summary>
    internal async Task<bool> AcceptAsync(string ownerKey, IdentityId id, CancellationToken stop)
    {
        await _tables.EnsureAsync(stop);
        var rows = _tables.For(ownerKey);
        if (await MarkAsync(rows, id, stop) is not { } marked)
        {
            return false;
        }

        using var limit = new TimeLimit(_options.Inline, _clock, stop);
        try
        {
            await RunAsync(rows, marked, limit.Token);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            Log.Later(_logger, id, e.GetType().Name);
        }
        return true;
    }

    /// <summary>Accepts the erasure of everything the caller has; the reconciler does it.</summary>
    /// <returns>How many identities that concerns.</returns>
    public async Task<int> AcceptAllAsync(Caller caller, CancellationToken stop)
    {
        const int PageSize = 100;
        await _tables.EnsureAsync(stop);
        var rows = _tables.For(caller);
        await _tables.Index.ScheduleAccountAsync(caller.Key, _clock.GetUtcNow(), stop);
        var count = 0;
        while (true)
        {
            // Those marked are listed no more, so the first page is always what is left.
            var (page, _) = await rows.ListAsync(PageSize, null, stop);
            if (page.Count == 0)
            {
                return count;
            }
            foreach (var identity in page)
            {
                await MarkAsync(rows, identity.Id, stop);
                count++;
            }
        }
    }

    /// <returns>Null when nothing is left; otherwise the record, to be tried again when it is due.</returns>
    internal async Task<Identity?> RunAsync(OwnerRows rows, Identity identity, CancellationToken stop)
    {
        var removal = await _removal.RunAsync(identity, stop);
        if (!IsFinal(identity, removal))
        {
            return await LaterAsync(rows, identity, removal, stop);
        }

        await _keys.BuryAsync(identity, stop);
        if (!await rows.RemoveAsync(identity, stop))
        {
            return await rows.GetAsync(identity.Id, stop);
        }

        // The claim goes last: while it stands, its work item finds what a crash leaves behind.
        await ReleaseAsync(rows.Index, identity.Repo, identity.Id, stop);
        await rows.Index.DropAllAsync(identity.Repo, identity.Id, stop);
        Log.Erased(_logger, identity.Id);
        return null;
    }

    /// <summary>An abandoned upload or a failure that is kept no longer: the Hub is emptied, the record stays and says why.</summary>
    internal async Task<Identity?> CompensateAsync(OwnerRows rows, Identity identity, CancellationToken stop)
    {
        var removal = await _removal.RunAsync(identity, stop);
        if (!IsFinal(identity, removal))
        {
            return await LaterAsync(rows, identity, removal, stop);
        }

        await ReleaseAsync(rows.Index, identity.Repo, identity.Id, stop);
        return await rows.ReplaceAsync(identity, identity.Removed(), stop) ?? await rows.GetAsync(identity.Id, stop);
    }

    private bool IsFinal(Identity identity, Removal removal) =>
        removal is Removal.Gone && identity.MissingSince is { } since && _clock.GetUtcNow() >= since + _options.SecondLook;

    /// <summary>Notes what was seen, for the second look; what is not gone yet is tried again, ever less often.</summary>
    private async Task<Identity?> LaterAsync(OwnerRows rows, Identity identity, Removal removal, CancellationToken stop)
    {
        var now = _clock.GetUtcNow();
        var since = identity.MissingSince ?? now;
        var pause = FirstPause * Math.Pow(2, Math.Min(identity.Tries, 10));
        var next = removal is Removal.Gone
            ? identity with { MissingSince = since, DueAt = since + _options.SecondLook }
            : identity with { MissingSince = null, Tries = identity.Tries + 1, DueAt = now + (pause < LongestPause ? pause : LongestPause) };
        return await rows.ReplaceAsync(identity, next, stop) ?? await rows.GetAsync(identity.Id, stop);
    }

    private async Task<Identity?> MarkAsync(OwnerRows rows, IdentityId id, CancellationToken stop)
    {
        while (await rows.GetAsync(id, stop) is { } identity)
        {
            if (identity.State is IdentityState.Deleting)
            {
                return identity;
            }
            if (await rows.ReplaceAsync(identity, identity.Erasing(_clock.GetUtcNow()), stop) is { } marked)
            {
                return marked;
            }
        }
        return null;
    }

    private static async Task ReleaseAsync(IdentityIndex index, RepoId repo, IdentityId id, CancellationToken stop)
    {
        if (await index.FindAsync(repo, stop) is { } claim && claim.Identity == id)
        {
            await index.ReleaseAsync(repo, claim.Tag, stop);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Identity {Identity} is erased.")]
        public static partial void Erased(ILogger logger, IdentityId identity);

        [LoggerMessage(2, LogLevel.Information, "The erasure of identity {Identity} goes on later ({Cause}).")]
        public static partial void Later(ILogger logger, IdentityId identity, string cause);
    }
}
