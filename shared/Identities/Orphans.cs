namespace TrainIdentity.Identities;

/// <summary>Claims whose record never came or has gone. Nothing on the Hub is ever deleted for lack of a row.</summary>
internal sealed class Orphans(IdentityTables tables, HubRemoval removal)
{
    /// <returns>True when nothing is left to look after; false when the Hub still has the repo.</returns>
    public async Task<bool> ClearAsync(WorkItem item, CancellationToken stop)
    {
        if (await tables.Index.FindAsync(item.Repo, stop) is not { } claim || claim.Identity != item.Identity)
        {
            return true;
        }
        if (!await removal.IsGoneAsync(item.Repo, stop))
        {
            return false;
        }

        await tables.Index.ReleaseAsync(item.Repo, claim.Tag, stop);
        return true;
    }
}
