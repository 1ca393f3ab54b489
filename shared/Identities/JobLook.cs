using Microsoft.Extensions.Logging;
using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>What the Hub says of the training job itself: its stage, its progress, and its last words.</summary>
internal sealed partial class JobLook(HubClient hub, WatchOptions watch, TimeProvider clock, ILogger logger)
{
    private const int ProgressLines = 20;
    private const int LastLines = 100;
    private static readonly TimeSpan LogQuiet = TimeSpan.FromSeconds(1);

    /// <returns>The job of the record as it is now; null when the record has none.</returns>
    public async Task<JobSeen> SeenAsync(Identity identity, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var before = identity.Job!;
        if (now < before.LaunchedAt + watch.SurplusFor)
        {
            before = await OnlyAsync(identity, before, stop);
        }

        var job = await hub.Jobs.GetAsync(identity.Repo.Namespace, before.Id, stop);
        return job is null
            ? before with { Stage = JobStage.Deleted, EndedAt = before.EndedAt ?? now, Lost = true }
            : before with
            {
                Stage = job.Stage,
                Lost = false,
                StartedAt = before.StartedAt ?? job.StartedAt ?? (job.Stage is JobStage.Running ? now : null),
                EndedAt = job.Ended ? before.EndedAt ?? Earlier(job.FinishedAt, now) : null,
                TimedOut = job.Stage is JobStage.Error && job.Message?.Contains("timeout", StringComparison.OrdinalIgnoreCase) is true,
                OutOfCredit = job.OutOfCredit,
            };
    }

    /// <summary>When it ended, not when that was seen: what it costs and how long its result is waited for count from there.</summary>
    private static DateTimeOffset Earlier(DateTimeOffset? finished, DateTimeOffset now) => finished < now ? finished.Value : now;

    /// <summary>Progress is a courtesy: a log that cannot be read changes nothing.</summary>
    public async Task<TrainingProgress?> ProgressAsync(Identity identity, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (identity.Progress is { } known && now - known.At < watch.ProgressEvery)
        {
            return known;
        }
        return TrainingProgress.Last(await TailAsync(identity, ProgressLines, stop), now) ?? identity.Progress;
    }

    /// <summary>Of a job that ended without a result, such as one that was killed.</summary>
    /// <returns>The failure code that its last lines tell of; null when they tell nothing we know.</returns>
    public async Task<string?> LastWordsAsync(Identity identity, CancellationToken stop)
    {
        var text = string.Join('\n', await TailAsync(identity, LastLines, stop));
        return Says("out of memory", "OutOfMemoryError", "SIGKILL") ? Failures.OutOfMemory
            : Says("GatedRepoError", "gated repo", "Access to model") ? Failures.GatedModel
            : Says("402 Client Error", "Payment Required") ? Failures.NoCredit
            : null;

        bool Says(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
            return false;
        }
    }

    private async Task<IReadOnlyList<string>> TailAsync(Identity identity, int lines, CancellationToken stop)
    {
        try
        {
            return await hub.Logs.TailAsync(identity.Repo.Namespace, identity.Job!.Id, lines, LogQuiet, stop);
        }
        catch (HubException)
        {
            return [];
        }
    }

    /// <summary>
    /// A start whose answer was lost may show up after another one was made; one job goes on, and no other. The labels
    /// decide: an id under which the Hub shows no job was a wrong one.
    /// </summary>
    private async Task<JobSeen> OnlyAsync(Identity identity, JobSeen known, CancellationToken stop)
    {
        var space = identity.Repo.Namespace;
        var jobs = await hub.Jobs.ListAsync(space, TrainingJob.Key(identity.Id.ToString(), identity.JobAttempt), stop);
        var ours = jobs.Count == 0 || jobs.Any(job => job.Id == known.Id) ? known : known with { Id = jobs[0].Id };
        foreach (var surplus in jobs.Where(job => job.Id != ours.Id && !job.Ended))
        {
            Log.Surplus(logger, identity.Id);
            await hub.Jobs.CancelAsync(space, surplus.Id, stop);
        }
        return ours;
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "Identity {Identity} had a second job under way; it has been cancelled.")]
        public static partial void Surplus(ILogger logger, IdentityId identity);
    }
}
