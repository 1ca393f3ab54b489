using Microsoft.Extensions.Logging;
using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>
/// Reads the Hub for an identity in training and moves the record if the truth has moved: ready when verified weights of
/// this attempt are there, failed when they cannot come any more. Of one that has ended it sees that the repo is there and
/// private. Any number may watch at once: the record's ETag lets one of them move it.
/// </summary>
internal sealed partial class TrainingWatch(
    HubClient hub, RepoWatch repos, TrainingOptions training, WatchOptions watch, TimeSpan launchWithin, TimeProvider clock, Telemetry telemetry, ILogger<TrainingWatch> logger)
{
    private const int LogLines = 20;
    private static readonly TimeSpan LogQuiet = TimeSpan.FromSeconds(1);

    public async Task<Identity?> RunAsync(OwnerRows rows, Identity identity, CancellationToken stop)
    {
        // Whoever writes second has looked at an older record, and may hold the news that the first one missed.
        for (var now = identity; ;)
        {
            if (await rows.ReplaceAsync(now, await NextAsync(now, stop), stop) is { } written)
            {
                if (written.State != identity.State)
                {
                    Log.Moved(logger, written.Id, written.State, written.FailureCode ?? "no failure");
                    Measure(written);
                }
                return written;
            }

            var current = await rows.GetAsync(identity.Id, stop);
            if (current?.State != identity.State)
            {
                return current;
            }
            now = current!;
        }
    }

    private void Measure(Identity now)
    {
        telemetry.Moved(now.State.ToString());
        if (now.FailureCode is { } code)
        {
            telemetry.Failed(code);
        }
        if (now is { State: IdentityState.Ready, LaunchIntentAt: { } launched })
        {
            telemetry.Trained(clock.GetUtcNow() - launched);
        }
    }

    /// <summary>Past its deadline an identity fails even if the Hub does not answer; but from a token that does not count nothing is concluded.</summary>
    private async Task<Identity> NextAsync(Identity identity, CancellationToken stop)
    {
        try
        {
            return identity.State is IdentityState.Training ? await LookedAtAsync(identity, stop) : await SettledAsync(identity, stop);
        }
        catch (HubException e) when (!e.TokenRefused && identity.State is IdentityState.Training && clock.GetUtcNow() >= identity.DeadlineAt)
        {
            Log.Blind(logger, e, identity.Id);
            return Failed(identity, identity.CancelAskedAt is null ? Failures.JobTimeout : Failures.Canceled);
        }
    }

    private async Task<Identity> SettledAsync(Identity identity, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (identity is { State: IdentityState.Failed, Job: { EndedAt: null } job })
        {
            // It failed while the Hub could not be asked to stop the job.
            await hub.Jobs.CancelAsync(identity.Repo.Namespace, job.Id, stop);
            identity = identity with { Job = job with { EndedAt = now } };
        }

        var look = await repos.LookAsync(identity, stop);
        var due = now + watch.Settled;
        return look.Info is null
            ? look.Next with { LookedAt = now }
            : look.Next with { LookedAt = now, DueAt = look.Next.RetainUntil is { } until && until < due ? until : due };
    }

    private async Task<Identity> LookedAtAsync(Identity before, CancellationToken stop)
    {
        if (before.CancelAskedAt is not null)
        {
            return await StoppedAsync(before, Failures.Canceled, stop);
        }

        var (identity, info) = await repos.LookAsync(before with { LookedAt = clock.GetUtcNow() }, stop);
        if (info is null)
        {
            return identity.State is IdentityState.Training && clock.GetUtcNow() >= identity.DeadlineAt ? await StoppedAsync(identity, Failures.JobTimeout, stop) : identity;
        }

        var found = info.Head == identity.CommitOid ? Found.Nothing : await LookAsync(identity, info.Head, stop);
        return found.Weights is { } weights ? identity.BecameReady(weights, clock.GetUtcNow(), clock.GetUtcNow() + watch.Settled)
            : found.Failure is { } failure ? Failed(identity, failure)
            : await WithJobAsync(identity, found.Invalid, stop);
    }

    /// <summary>The job first: should this be refused, the identity is looked at again, and past its deadline fails all the same.</summary>
    private async Task<Identity> StoppedAsync(Identity identity, string code, CancellationToken stop)
    {
        if (identity.Job is { EndedAt: null } job)
        {
            await hub.Jobs.CancelAsync(identity.Repo.Namespace, job.Id, stop);
        }
        return Failed(identity, code);
    }

    private async Task<Found> LookAsync(Identity identity, string head, CancellationToken stop)
    {
        if (identity.Job is null)
        {
            return new Found(await new Weights(hub.Files).VerifyAsync(identity.Repo, head, null, stop), null, false);
        }

        if (await ResultAsync(identity, head, stop) is not { } bytes || TrainingResult.Read(bytes) is not { } result || !result.IsOf(identity.JobAttempt, identity.Job.Id))
        {
            return Found.Nothing;
        }
        if (result.Failed)
        {
            return new Found(null, Failures.Known(result.Code), false);
        }

        var weights = result is { Succeeded: true, Weights: { File: not null, Sha256: not null } claim }
            ? await new Weights(hub.Files).VerifyAsync(identity.Repo, head, claim, stop)
            : null;
        return new Found(weights, null, weights is null);
    }

    /// <summary>A result that is too large to be one counts as none.</summary>
    private async Task<byte[]?> ResultAsync(Identity identity, string head, CancellationToken stop)
    {
        try
        {
            return await hub.Files.ReadAsync(identity.Repo, head, TrainingResult.Path, null, TrainingResult.MaxBytes, stop);
        }
        catch (HubException e) when (e.Fault is HubFault.BadResponse)
        {
            return null;
        }
    }

    /// <summary>No result yet: what the job and the clock say.</summary>
    private async Task<Identity> WithJobAsync(Identity identity, bool invalid, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var job = identity.Job is null ? null : await SeenAsync(identity, now, stop);
        var progress = job is { Stage: JobStage.Running } ? await ProgressAsync(identity, now, stop) : identity.Progress;
        var seen = identity with { Job = job, Progress = progress, DeadlineAt = Deadline(identity, job) };
        if (job?.EndedAt is { } ended && now >= ended + training.ResultGrace)
        {
            return Ended(seen, invalid, job);
        }
        if (now >= seen.DeadlineAt)
        {
            return await StoppedAsync(seen, Failures.JobTimeout, stop);
        }
        return seen with { DueAt = now + (job?.EndedAt is null ? watch.Next(now - Launched(identity)) : watch.First) };
    }

    private async Task<JobSeen> SeenAsync(Identity identity, DateTimeOffset now, CancellationToken stop)
    {
        var before = identity.Job!;
        if (now < before.LaunchedAt + watch.SurplusFor)
        {
            before = await OnlyAsync(identity, before, stop);
        }

        var job = await hub.Jobs.GetAsync(identity.Repo.Namespace, before.Id, stop);
        return job is null
            ? before with { Stage = JobStage.Deleted, EndedAt = before.EndedAt ?? now }
            : before with
            {
                Stage = job.Stage,
                StartedAt = before.StartedAt ?? job.StartedAt ?? (job.Stage is JobStage.Running ? now : null),
                EndedAt = job.Ended ? before.EndedAt ?? now : null,
                TimedOut = job.Stage is JobStage.Error && job.Message?.Contains("timeout", StringComparison.OrdinalIgnoreCase) is true,
            };
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

    /// <summary>Progress is a courtesy: a log that cannot be read changes nothing.</summary>
    private async Task<TrainingProgress?> ProgressAsync(Identity identity, DateTimeOffset now, CancellationToken stop)
    {
        if (identity.Progress is { } known && now - known.At < watch.ProgressEvery)
        {
            return known;
        }

        try
        {
            var space = identity.Repo.Namespace;
            return TrainingProgress.Last(await hub.Logs.TailAsync(space, identity.Job!.Id, LogLines, LogQuiet, stop), now) ?? identity.Progress;
        }
        catch (HubException)
        {
            return identity.Progress;
        }
    }

    /// <summary>From launch while the job waits for hardware; from its start once it runs.</summary>
    private DateTimeOffset? Deadline(Identity identity, JobSeen? job) => job?.StartedAt is { } started
        ? started + training.Timeout + training.Overtime
        : identity.DeadlineAt;

    private DateTimeOffset Launched(Identity identity) => identity.Job?.LaunchedAt ?? identity.DeadlineAt!.Value - training.ExternalDeadline;

    private Identity Failed(Identity identity, string code)
    {
        var now = clock.GetUtcNow();
        return identity.FailedKeeping(code, now + training.FailedKept, now + (identity.Job is { EndedAt: null } ? watch.First : watch.Settled));
    }

    /// <summary>A job that fell over without a word of its own is started once more; anything else will not get better by itself.</summary>
    private Identity Ended(Identity identity, bool invalid, JobSeen job)
    {
        var code = invalid ? Failures.WeightsInvalid : job switch
        {
            { Stage: JobStage.Completed } => Failures.WeightsMissing,
            { Stage: JobStage.Canceled or JobStage.Deleted } => Failures.JobCanceled,
            { TimedOut: true } => Failures.JobTimeout,
            _ => Failures.JobError,
        };
        var again = (code is Failures.JobError or Failures.JobCanceled) && !identity.Relaunched && identity.Trainings < training.MaxTrainings;
        var now = clock.GetUtcNow();
        return again ? identity.LaunchedAgain(now, now + launchWithin) : Failed(identity, code);
    }

    /// <param name="Invalid">A result of this attempt claims weights that do not verify.</param>
    private sealed record Found(VerifiedWeights? Weights, string? Failure, bool Invalid)
    {
        public static Found Nothing { get; } = new(null, null, false);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Identity {Identity} is now {State}: {Outcome}.")]
        public static partial void Moved(ILogger logger, IdentityId identity, IdentityState state, string outcome);

        [LoggerMessage(3, LogLevel.Warning, "Identity {Identity} passed its deadline and the Hub could not be read.")]
        public static partial void Blind(ILogger logger, Exception trouble, IdentityId identity);

        [LoggerMessage(2, LogLevel.Warning, "Identity {Identity} had a second job under way; it has been cancelled.")]
        public static partial void Surplus(ILogger logger, IdentityId identity);
    }
}
