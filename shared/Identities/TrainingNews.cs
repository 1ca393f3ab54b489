using Microsoft.Extensions.Logging;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>
/// Takes word that something happened to a repo. The word itself decides nothing: it makes the record due now, and the
/// Hub is asked.
/// </summary>
public sealed partial class TrainingNews(IdentityTables tables, Reconciler reconciler, TimeProvider clock, ILogger<TrainingNews> logger)
{
    private static readonly TimeSpan Inline = TimeSpan.FromSeconds(3);

    /// <summary>When this returns, the record is due, durably; whether it has moved already does not matter to the sender.</summary>
    public async Task TakeAsync(RepoId repo, CancellationToken stop)
    {
        await tables.EnsureAsync(stop);
        if (await tables.Index.FindAsync(repo, stop) is not { } claim)
        {
            return;
        }
        if (await tables.For(claim.OwnerKey).GetAsync(claim.Identity, stop) is not { } identity || identity.Repo != claim.Repo
            || identity.State is IdentityState.Ready or IdentityState.Failed)
        {
            return;
        }

        // An upload under way is its driver's; a webhook is too short to commit or launch in.
        if (await tables.Index.PokeAsync(identity, clock.GetUtcNow(), stop) is not { } item || identity.State is not IdentityState.Training)
        {
            return;
        }

        using var limit = new TimeLimit(Inline, clock, stop);
        try
        {
            await reconciler.ProcessAsync(item, limit.Token);
        }
        catch (Exception e) when (e is HubException or OperationCanceledException || TableTrouble.Is(e))
        {
            Log.Later(logger, identity.Id, e.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Word of identity {Identity} is followed up later ({Cause}).")]
        public static partial void Later(ILogger logger, IdentityId identity, string cause);
    }
}
