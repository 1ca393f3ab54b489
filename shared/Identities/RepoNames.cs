using System.Diagnostics;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>Gives each record a repo name of its own, claimed before the record is written.</summary>
internal sealed class RepoNames(IdentityTables tables, HubClient hub, IntakeOptions options)
{
    /// <summary>Fixes the whole repo name; one that is taken gives way to the next.</summary>
    public async Task<Identity> ClaimAsync(Func<RepoId, Identity> build, IdentityId id, IdentityName name, DateTimeOffset now, CancellationToken stop)
    {
        var owner = await hub.Account.NamespaceAsync(stop);
        foreach (var repo in RepoLayout.Names(hub.RepoNaming, id, name, now))
        {
            var identity = build(new RepoId(owner, repo));
            if (await tables.Index.ClaimAsync(identity, identity.DueAt!.Value, stop))
            {
                return identity;
            }
        }
        throw new UnreachableException();
    }

    /// <summary>A record that came long after its claim might find the claim cleared.</summary>
    /// <exception cref="TimeoutException">Nothing was reserved; the claim is cleared in time.</exception>
    public void InTime(DateTimeOffset claimBegan)
    {
        if (tables.Clock.GetUtcNow() - claimBegan > options.ReserveWithin)
        {
            throw new TimeoutException("The tables are too slow to reserve safely.");
        }
    }
}
