using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>Claims whose record never came, has gone, or lives under another name now. Nothing on the Hub is ever deleted for lack of a row.</summary>
internal sealed class Orphans(IdentityTables tables, HubRemoval removal)
{
    /// <returns>True when nothing is left to look after; false when the Hub still has the repo.</returns>
    public async Task<bool> ClearAsync(WorkItem item, RepoId repo, CancellationToken stop)
    {
        if (await tables.Index.FindAsync(repo, stop) is not { } claim || claim.Identity != item.Identity)
        {
            return true;
        }
        if (!await removal.IsGoneAsync(repo, stop))
        {
            return false;
        }

        await tables.Index.ReleaseAsync(repo, claim.Tag, stop);
        return true;
    }
}
