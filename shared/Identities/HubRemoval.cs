using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>Takes everything of an identity off the Hub: jobs first, so that none writes into a repo that is being deleted.</summary>
internal sealed class HubRemoval(HubClient hub, TimeProvider clock)
{
    /// <returns>True when the Hub, asked with a token that counts, no longer has the repo.</returns>
    public async Task<bool> RunAsync(Identity identity, CancellationToken stop)
    {
        if (identity.FailureCode is Failures.NameConflict)
        {
            // The repo of this name was there before us and is somebody else's.
            return true;
        }
        if (identity.LaunchIntentAt is not null && !await JobsEndedAsync(identity, stop) && clock.GetUtcNow() < identity.DeadlineAt)
        {
            return false;
        }

        await hub.Repos.DeleteAsync(identity.Repo, stop);
        return await IsGoneAsync(identity.Repo, stop);
    }

    /// <summary>The Hub also hides what a bad token may not see: gone only counts when the token does.</summary>
    public async Task<bool> IsGoneAsync(RepoId repo, CancellationToken stop)
    {
        if (await hub.Repos.InfoAsync(repo, stop) is not null)
        {
            return false;
        }

        await hub.Account.ProbeAsync(stop);
        return true;
    }

    private async Task<bool> JobsEndedAsync(Identity identity, CancellationToken stop)
    {
        var space = identity.Repo.Namespace;
        var ended = true;
        for (var attempt = 1; attempt <= identity.JobAttempt; attempt++)
        {
            foreach (var job in await hub.Jobs.ListAsync(space, TrainingJob.Key(identity.Id.ToString(), attempt), stop))
            {
                ended &= job.Ended || await CancelAsync(space, job.Id, stop);
            }
        }
        return ended;
    }

    private async Task<bool> CancelAsync(string space, string job, CancellationToken stop)
    {
        await hub.Jobs.CancelAsync(space, job, stop);
        return (await hub.Jobs.GetAsync(space, job, stop))?.Ended ?? true;
    }
}
