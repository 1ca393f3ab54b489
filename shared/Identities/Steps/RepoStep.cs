using TrainIdentity.Hub;

namespace TrainIdentity.Identities.Steps;

/// <summary>Reserved to RepoReady, or a draft to one that takes photos: a private, empty repo of the name the record fixed. One that is there already is adopted if it can only be ours.</summary>
internal sealed class RepoStep(HubClient hub, IdentityIndex index, IntakeOptions options)
{
    private static readonly string[] InitialFiles = [RepoLayout.GitAttributesPath, "README.md"];

    public async Task<bool> RunAsync(Held held, TimeProvider clock, CancellationToken stop)
    {
        var repo = held.Now.Repo;
        if ((await index.FindAsync(repo, stop))?.Identity != held.Now.Id && !await index.ReclaimAsync(held.Now, stop))
        {
            // The record came so late after its claim that the claim was cleared, and the name has gone to somebody else.
            return await held.MoveAsync(identity => identity.Abandoned(Failures.NameConflict, clock.GetUtcNow()), stop);
        }

        var created = await hub.Repos.CreatePrivateAsync(repo, stop);

        // Whose it is comes before anything is changed in it: a repo that is not ours is left as it is. One that was made
        // just now is ours, whatever is said about it.
        if (!IsOurs(await ReadAsync(repo, stop)) && (created || !IsOurs(await ReadAsync(repo, stop))))
        {
            if (created)
            {
                throw new HubException(HubFault.BadResponse, "info", "a repo made just now is not empty");
            }
            return await held.MoveAsync(identity => identity.Abandoned(Failures.NameConflict, clock.GetUtcNow()), stop);
        }

        var info = await PrivateAsync(repo, stop);
        if (!info.IsPrivate)
        {
            return await held.MoveAsync(identity => identity.Abandoned(Failures.NotPrivate, clock.GetUtcNow()), stop);
        }
        return await held.MoveAsync(identity => identity.RepoMade(info.HubId, hub.WebAddress(repo), info.Head, clock.GetUtcNow() + options.DraftKept), stop);
    }

    private static bool IsOurs(RepoInfo found) => !found.Paths.Except(InitialFiles).Any();

    /// <summary>Throws when our token does not count; any other trouble is for the next call to meet.</summary>
    public async Task ProbeAsync(CancellationToken stop)
    {
        try
        {
            await hub.Account.ProbeAsync(stop);
        }
        catch (HubException e) when (!e.TokenRefused)
        {
            // The Hub is away; a deadline passes all the same.
        }
    }

    /// <summary>The repo as read back, made private if it came out public.</summary>
    public async Task<RepoInfo> PrivateAsync(RepoId repo, CancellationToken stop)
    {
        var info = await ReadAsync(repo, stop);
        if (info.IsPrivate)
        {
            return info;
        }

        await hub.Repos.MakePrivateAsync(repo, stop);
        return await ReadAsync(repo, stop);
    }

    private async Task<RepoInfo> ReadAsync(RepoId repo, CancellationToken stop) =>
        await hub.Repos.InfoAsync(repo, stop) is { } info && info.Name == repo.ToString()
            ? info
            : throw new HubException(HubFault.BadResponse, "info", "a repo that should exist is not shown");
}
