using System.Text;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities.Steps;

/// <summary>Uploaded to Committed: exactly one commit by us, with exactly what the record says.</summary>
internal sealed class CommitStep(HubClient hub, RepoStep repos, LeaseOptions lease)
{
    private const int MaxAttributesBytes = 256 << 10;
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromSeconds(70);

    public async Task<bool> RunAsync(Held held, TimeProvider clock, CancellationToken stop)
    {
        var identity = held.Now;
        var planned = RepoLayout.Plan(identity, await GitAttributesAsync(hub, identity, stop), new Dictionary<string, byte[]>());
        var plan = await hub.Commits.PrepareAsync(identity.Repo, planned, stop);
        var oid = await hub.Commits.CommitAsync(identity.Repo, plan, token => HeadAsync(held, token), lease.CallTimeout(CommitTimeout), stop);
        if (oid is null)
        {
            return await held.MoveAsync(now => now.Abandoned(Failures.UnexpectedHead, clock.GetUtcNow()), stop);
        }
        return (await repos.PrivateAsync(identity.Repo, stop)).IsPrivate
            ? await held.MoveAsync(now => now.CommitMade(oid), stop)
            : await held.MoveAsync(now => now.Abandoned(Failures.NotPrivate, clock.GetUtcNow()), stop);
    }

    public static async Task<string> GitAttributesAsync(HubClient hub, Identity identity, CancellationToken stop)
    {
        var bytes = await hub.Files.ReadAsync(identity.Repo, identity.BaseCommit!, RepoLayout.GitAttributesPath, null, MaxAttributesBytes, stop);
        return Encoding.UTF8.GetString(bytes ?? []);
    }

    /// <summary>Renews the lease with every look, so that a commit that follows fits into it.</summary>
    private async Task<string> HeadAsync(Held held, CancellationToken stop)
    {
        if (!await held.MoveAsync(now => now, stop))
        {
            throw new OperationCanceledException(held.Lost);
        }
        var info = await hub.Repos.InfoAsync(held.Now.Repo, stop);
        return info?.Head ?? throw new HubException(HubFault.BadResponse, "info", "a repo that should exist is not shown");
    }
}
