using Microsoft.Extensions.Logging;
using TrainIdentity.Auth;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>Deletes everything of an identity: job, repo, rows. Once the first write is made, nobody can see the identity any more.</summary>
public sealed partial class Erasure
{
    private static readonly TimeSpan Inline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(5);

    private readonly IdentityTables _tables;
    private readonly HubRemoval _removal;
    private readonly TimeProvider _clock;
    private readonly ILogger<Erasure> _logger;

    internal Erasure(IdentityTables tables, HubRemoval removal, TimeProvider clock, ILogger<Erasure> logger) =>
        (_tables, _removal, _clock, _logger) = (tables, removal, clock, logger);

    /// <summary>Accepts the erasure durably, then goes as far as a few seconds allow; the reconciler does the rest.</summary>
    /// <returns>False when the caller has no such identity.</returns>
    public async Task<bool> AcceptAsync(Caller caller, IdentityId id, CancellationToken stop)
    {
        await _tables.EnsureAsync(stop);
        var rows = _tables.For(caller);
        if (await MarkAsync(rows, id, stop) is not { } marked)
        {
            return false;
        }

        using var limit = new TimeLimit(Inline, _clock, stop);
        try
        {
            await RunAsync(rows, marked, limit.Token);
        }
        catch (Exception e) when (e is HubException or OperationCanceledException || TableTrouble.Is(e))
        {
            Log.Later(_logger, id, e.GetType().Name);
        }
        return true;
    }

    /// <returns>Null when nothing is left; otherwise the record, to be tried again when it is due.</returns>
    internal async Task<Identity?> RunAsync(OwnerRows rows, Identity identity, CancellationToken stop)
    {
        if (!await _removal.RunAsync(identity, stop))
        {
            return await rows.ReplaceAsync(identity, identity with { DueAt = _clock.GetUtcNow() + AgainAfter }, stop) ?? await rows.GetAsync(identity.Id, stop);
        }

        // The claim goes last: while it stands, its work item finds what a crash leaves behind.
        await rows.RemoveAsync(identity, stop);
        await ReleaseAsync(rows.Index, identity.Repo, identity.Id, stop);
        if (identity.DueAt is { } due)
        {
            await rows.Index.DropAsync(identity, due, stop);
        }
        Log.Erased(_logger, identity.Id);
        return null;
    }

    /// <summary>An abandoned upload or a failure that is kept no longer: the Hub is emptied, the record stays and says why.</summary>
    internal async Task<Identity?> CompensateAsync(OwnerRows rows, Identity identity, CancellationToken stop)
    {
        if (!await _removal.RunAsync(identity, stop))
        {
            return await rows.ReplaceAsync(identity, identity with { DueAt = _clock.GetUtcNow() + AgainAfter }, stop) ?? await rows.GetAsync(identity.Id, stop);
        }

        await ReleaseAsync(rows.Index, identity.Repo, identity.Id, stop);
        return await rows.ReplaceAsync(identity, identity.Removed(), stop) ?? await rows.GetAsync(identity.Id, stop);
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
