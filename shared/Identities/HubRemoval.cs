using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>How far a removal has come.</summary>
internal enum Removal
{
    /// <summary>A cancelled job has not ended yet, or the Hub still shows the repo.</summary>
    UnderWay,

    /// <summary>The Hub, asked with a token that counts, has no such repo.</summary>
    Gone,
}

/// <summary>Takes everything of an identity off the Hub: jobs first, so that none writes into a repo that is being deleted.</summary>
/// <param name="jobs">Whether this service starts jobs; a token for repos alone may not even list them.</param>
internal sealed class HubRemoval(HubClient hub, IdentityIndex index, bool jobs, TimeProvider clock)
{
    // A refusal tells of a bad token by itself; this is for a plain "not found".
    private static readonly TimeSpan ProbeKept = TimeSpan.FromSeconds(30);

    public async Task<Removal> RunAsync(Identity identity, CancellationToken stop)
    {
        var launched = identity.LaunchIntentAt is not null || identity.JobAttempt > 1;
        if (launched && !await JobsEndedAsync(identity.Repo.Namespace, identity.Id, identity.JobAttempt, stop) && clock.GetUtcNow() < identity.DeadlineAt)
        {
            return Removal.UnderWay;
        }
        if (identity.FailureCode is Failures.NameConflict)
        {
            // The repo of this name was there before us and is somebody else's.
            return Removal.Gone;
        }
        if (identity.MissingSince is not null && await StandsAsync(identity.Repo, identity.HubRepoId, stop) is null)
        {
            return Removal.Gone;
        }

        // Before anything is deleted: what a paused host still sends is found and removed later.
        await index.BuryAsync(identity, stop);
        return await DeletedAsync(identity.Repo, identity.HubRepoId, stop);
    }

    /// <summary>A look at a repo that was removed: what a late effect brought back goes again.</summary>
    /// <param name="lastJobAttempt">A record that began anew has trainings of its next repo, which are not to be touched.</param>
    public async Task<Removal> AgainAsync(RepoId repo, IdentityId identity, int lastJobAttempt, CancellationToken stop)
    {
        if (jobs)
        {
            await JobsEndedAsync(repo.Namespace, identity, lastJobAttempt, stop);
        }
        return await DeletedAsync(repo, null, stop);
    }

    /// <summary>The Hub also hides what a bad token may not see: gone only counts when the token does.</summary>
    /// <param name="hubId">Where it is known, the repo is found under another name too.</param>
    public async Task<bool> IsGoneAsync(RepoId repo, CancellationToken stop, string? hubId = null) => await StandsAsync(repo, hubId, stop) is null;

    /// <summary>Asked for even where nothing is shown: a Hub that shows nothing may have something.</summary>
    private async Task<Removal> DeletedAsync(RepoId repo, string? hubId, CancellationToken stop)
    {
        await hub.Repos.DeleteAsync(await StandsAsync(repo, hubId, stop) ?? repo, stop);
        return await StandsAsync(repo, hubId, stop) is null ? Removal.Gone : Removal.UnderWay;
    }

    /// <returns>The name under which the repo stands: another one when it was renamed within our namespace. Null when it does not.</returns>
    private async Task<RepoId?> StandsAsync(RepoId repo, string? hubId, CancellationToken stop)
    {
        if (await hub.Repos.InfoAsync(repo, stop) is { } info && RepoId.TryParse(info.Name, out var name)
            && (name == repo || (hubId is not null && info.HubId == hubId && name.Namespace == repo.Namespace)))
        {
            return name;
        }

        await hub.Account.ProbeAsync(ProbeKept, stop);
        return null;
    }

    /// <summary>Jobs carry the labels of their identity and attempt, whatever the record knows of them.</summary>
    private async Task<bool> JobsEndedAsync(string space, IdentityId identity, int lastAttempt, CancellationToken stop)
    {
        var ended = true;
        var found = await hub.Jobs.ListAsync(space, TrainingJob.Key(identity.ToString()), stop);
        foreach (var job in found.Where(job => !TrainingJob.IsLater(job, lastAttempt)))
        {
            ended &= job.Ended || await CancelAsync(space, job.Id, stop);
        }
        return ended;
    }

    private async Task<bool> CancelAsync(string space, string job, CancellationToken stop)
    {
        await hub.Jobs.CancelAsync(space, job, stop);
        return (await hub.Jobs.GetAsync(space, job, stop))?.Ended ?? true;
    }
}
