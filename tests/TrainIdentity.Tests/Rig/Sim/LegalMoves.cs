using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>The table of states as it is written down, apart from the product's own: what is not here must never be seen in a row.</summary>
internal static class LegalMoves
{
    private static readonly Dictionary<IdentityState, IdentityState[]> From = new()
    {
        [IdentityState.Draft] = [IdentityState.RepoReady, IdentityState.Compensating],
        [IdentityState.Reserved] = [IdentityState.RepoReady, IdentityState.Compensating],
        [IdentityState.RepoReady] = [IdentityState.Uploaded, IdentityState.Draft, IdentityState.Compensating],
        [IdentityState.Uploaded] = [IdentityState.Committed, IdentityState.Compensating],
        [IdentityState.Committed] = [IdentityState.Training, IdentityState.Failed, IdentityState.Compensating],
        [IdentityState.Training] = [IdentityState.Ready, IdentityState.Failed, IdentityState.Committed, IdentityState.Compensating],
        [IdentityState.Ready] = [IdentityState.Failed, IdentityState.Compensating],
        [IdentityState.Failed] = [IdentityState.Reserved, IdentityState.Committed, IdentityState.Compensating],
        [IdentityState.Compensating] = [IdentityState.Failed],
        [IdentityState.Deleting] = [],
    };

    public static bool Allow(IdentityState from, IdentityState to) => from == to || to is IdentityState.Deleting || From[from].Contains(to);
}
