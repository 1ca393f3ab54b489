using Azure.Data.Tables;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>
/// Once in a while one host lists the repos of our namespace, a page a round, and compares them with the claims. It reports.
/// It never deletes: empty or wrong tables make every repo look like nobody's.
/// </summary>
internal sealed class NamespaceAudit(IdentityTables tables, HubClient hub, Alerts alerts, TimeSpan every)
{
    public const string Row = "audit";

    private const string OurPrefix = "identity-";

    /// <summary>So many seeming orphans of a page are looked at once more. A repo that goes while we read is one of few.</summary>
    private const int LooksAPage = 20;

    private static readonly TimeSpan HubTakes = TimeSpan.FromSeconds(60);

    public async Task StepAsync(CancellationToken stop)
    {
        var now = tables.Clock.GetUtcNow();
        if (await tables.Service.TakeAsync(Row, every, now, stop) is not { } row)
        {
            return;
        }

        var page = await PageAsync(row.GetString("cursor"), stop);
        var tally = page.Fresh ? new AuditTally() : AuditTally.SoFar(row);
        await JudgeAsync(page.Repos, tally, now, stop);
        if (page.Next is { } next)
        {
            ServiceRows.GoesOn(row, next, tally.ToJson());
            await tables.Service.PutAsync(row, stop);
            return;
        }

        tally.OrphansSince = tally.Orphans is 0 ? null : AuditTally.Found(row)?.OrphansSince ?? now;
        ServiceRows.Ended(row, now, tally.ToJson());
        if (await tables.Service.PutAsync(row, stop) && tally.Orphans > 0)
        {
            await alerts.RaiseAsync(AlertKind.Orphan, null, stop);
        }
    }

    /// <summary>A page is believed only when the token still counts after it was read.</summary>
    private async Task<Listing> PageAsync(string? cursor, CancellationToken stop)
    {
        using var limit = new TimeLimit(HubTakes, tables.Clock, stop);
        var space = await hub.Account.NamespaceAsync(limit.Token);
        var (page, fresh) = await ListAsync(space, cursor, limit.Token);
        await hub.Account.ProbeAsync(limit.Token);
        return new Listing([.. page.Repos.Where(repo => repo.Repo.Name.StartsWith(OurPrefix, StringComparison.Ordinal))], page.Next, fresh);
    }

    private async Task<(RepoPage Page, bool Fresh)> ListAsync(string space, string? cursor, CancellationToken stop)
    {
        try
        {
            return (await hub.Repos.ListAsync(space, cursor, stop), cursor is null);
        }
        catch (HubException e) when (e.Fault is HubFault.Refused && cursor is not null)
        {
            // The Hub takes the cursor no more: from the beginning.
            return (await hub.Repos.ListAsync(space, null, stop), true);
        }
    }

    private async Task JudgeAsync(IReadOnlyList<RepoListed> repos, AuditTally tally, DateTimeOffset now, CancellationToken stop)
    {
        tally.Repos += repos.Count;
        List<RepoId> unclaimed = [];
        foreach (var repo in repos)
        {
            if (await tables.Index.FindAsync(repo.Repo, stop) is not { } claim)
            {
                if (!await tables.Index.IsBuriedAsync(repo.Repo, stop))
                {
                    unclaimed.Add(repo.Repo);
                }
            }
            else if (!repo.IsPrivate)
            {
                tally.Public++;
                await ExposedAsync(claim, now, stop);
            }
        }

        using var limit = new TimeLimit(HubTakes, tables.Clock, stop);
        foreach (var (n, repo) in unclaimed.Index())
        {
            if (n >= LooksAPage || await hub.Repos.InfoAsync(repo, limit.Token) is not null)
            {
                tally.AddOrphan(repo.ToString());
            }
        }
    }

    /// <summary>The record makes its repo private again.</summary>
    private async Task ExposedAsync(Claim claim, DateTimeOffset now, CancellationToken stop)
    {
        await alerts.RaiseAsync(AlertKind.PublicRepo, claim.Identity, stop);
        try
        {
            if (await tables.For(claim.OwnerKey).GetAsync(claim.Identity, stop) is { } identity && identity.Repo == claim.Repo)
            {
                await tables.Index.PokeAsync(identity, now, stop);
            }
        }
        catch (LaterRowException)
        {
            // The alert has said it; the audit goes on with the other repos.
        }
    }

    /// <param name="Fresh">The listing begins here.</param>
    private sealed record Listing(IReadOnlyList<RepoListed> Repos, string? Next, bool Fresh);
}
