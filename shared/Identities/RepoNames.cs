using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>Gives each record a repo name of its own, claimed before the record is written.</summary>
internal sealed class RepoNames(IdentityTables tables, HubClient hub, IntakeOptions options)
{
    /// <summary>Fixes the whole repo name; a name that is taken gives way to the next millisecond.</summary>
    public async Task<Identity> ClaimAsync(Func<RepoId, Identity> build, IdentityName name, DateTimeOffset now, CancellationToken stop)
    {
        var owner = await hub.Account.NamespaceAsync(stop);
        for (var millis = now.ToUnixTimeMilliseconds(); ; millis++)
        {
            var identity = build(new RepoId(owner, $"identity-{name.Slug}-{millis}"));
            if (await tables.Index.ClaimAsync(identity, identity.DueAt!.Value, stop))
            {
                return identity;
            }
        }
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
