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
    HubClient hub, RepoWatch repos, PhotoRemoval photos, StartBudget budget, TrainingOptions training, WatchOptions watch, TimeSpan launchWithin, TimeProvider clock, Telemetry telemetry,
    ILogger<TrainingWatch> logger)
{
    private readonly JobLook _jobs = new(hub, watch, clock, logger);

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
                    await budget.SettleAsync(now, written, stop);
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
            return Failed(AsIfStarted(identity), identity.CancelAskedAt is null ? Failures.JobTimeout : Failures.Canceled);
        }
    }

    /// <summary>A job that nobody could look at may have run all its time, and counts so.</summary>
    private static Identity AsIfStarted(Identity identity) => identity.Job is { StartedAt: null } job ? identity with { Job = job with { StartedAt = job.LaunchedAt } } : identity;

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
        if (look.Info is not { } info)
        {
            return look.Next with { LookedAt = now };
        }

        var seen = look.Next with { LookedAt = now, DueAt = Earlier(now + watch.Settled, look.Next.RetainUntil) };
        return seen.PhotosDueAt <= now ? await photos.RunAsync(seen, info.Head, stop) : seen with { DueAt = Earlier(seen.DueAt!.Value, seen.PhotosDueAt) };
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset? other) => other is { } at && at < one ? at : one;

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
        return found.Result is { } result ? (await TimedAsync(identity, stop)).BecameReady(result, clock.GetUtcNow(), clock.GetUtcNow() + watch.Settled)
            : found.Failure is { } failure ? Failed(await TimedAsync(identity, stop), failure)
            : await WithJobAsync(identity, found.Invalid, stop);
    }

    /// <summary>With the times of the job, by which it is paid. That it cost a little less or more is no reason to let the end wait.</summary>
    private async Task<Identity> TimedAsync(Identity identity, CancellationToken stop)
    {
        try
        {
            return identity.Job is { EndedAt: null } ? identity with { Job = await _jobs.SeenAsync(identity, stop) } : identity;
        }
        catch (HubException)
        {
            return identity;
        }
    }

    /// <summary>The job first: should this be refused, the identity is looked at again, and past its deadline fails all the same.</summary>
    private async Task<Identity> StoppedAsync(Identity identity, string code, CancellationToken stop)
    {
        if (identity.Job is { EndedAt: null } job)
        {
            await hub.Jobs.CancelAsync(identity.Repo.Namespace, job.Id, stop);
        }
        return Failed(await TimedAsync(identity, stop), code);
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

        var verified = result is { Succeeded: true, Weights: { File: not null, Sha256: not null } }
            ? await new Weights(hub.Files).VerifyAsync(identity.Repo, head, result, stop)
            : null;
        return new Found(verified, null, verified is null);
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
        var job = identity.Job is null ? null : await _jobs.SeenAsync(identity, stop);
        var progress = job is { Stage: JobStage.Running } ? await _jobs.ProgressAsync(identity, stop) : identity.Progress;
        var seen = identity with { Job = job, Progress = progress, DeadlineAt = Deadline(identity, job) };
        if (job?.EndedAt is { } ended && now >= ended + training.ResultGrace)
        {
            return await EndedAsync(seen, invalid, job, stop);
        }
        if (now >= seen.DeadlineAt)
        {
            return await StoppedAsync(seen, Failures.JobTimeout, stop);
        }
        return seen with { DueAt = now + (job?.EndedAt is null ? watch.Next(now - Launched(identity)) : watch.First) };
    }

    /// <summary>From launch while the job waits for hardware; from its start once it runs.</summary>
    private DateTimeOffset? Deadline(Identity identity, JobSeen? job) => job?.StartedAt is { } started
        ? started + identity.Plan.Timeout + training.Overtime
        : identity.DeadlineAt;

    private DateTimeOffset Launched(Identity identity) => identity.Job?.LaunchedAt ?? identity.DeadlineAt!.Value - training.ExternalDeadline;

    private Identity Failed(Identity identity, string code)
    {
        var now = clock.GetUtcNow();
        return identity.FailedKeeping(code, now, now + training.FailedKept, now + (identity.Job is { EndedAt: null } ? watch.First : watch.Settled));
    }

    /// <summary>A job that fell over without a word of its own is started once more; anything else will not get better by itself.</summary>
    private async Task<Identity> EndedAsync(Identity identity, bool invalid, JobSeen job, CancellationToken stop)
    {
        var code = invalid ? Failures.WeightsInvalid : job switch
        {
            { Stage: JobStage.Completed } => Failures.WeightsMissing,
            { OutOfCredit: true } => Failures.NoCredit,
            { Lost: true } => Failures.JobError,
            { Stage: JobStage.Canceled or JobStage.Deleted } => Failures.JobCanceled,
            { TimedOut: true } => Failures.JobTimeout,
            _ => await _jobs.LastWordsAsync(identity, stop) ?? Failures.JobError,
        };
        if (code is Failures.NoCredit)
        {
            await budget.NoCreditAsync(stop);
        }

        var again = (code is Failures.JobError or Failures.JobCanceled) && !identity.Relaunched && identity.Trainings < training.MaxTrainings;
        var now = clock.GetUtcNow();
        return again ? identity.LaunchedAgain(now, now + launchWithin) : Failed(identity, code);
    }

    /// <param name="Invalid">A result of this attempt claims weights that do not verify.</param>
    private sealed record Found(VerifiedResult? Result, string? Failure, bool Invalid)
    {
        public static Found Nothing { get; } = new(null, null, false);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Identity {Identity} is now {State}: {Outcome}.")]
        public static partial void Moved(ILogger logger, IdentityId identity, IdentityState state, string outcome);

        [LoggerMessage(3, LogLevel.Warning, "Identity {Identity} passed its deadline and the Hub could not be read.")]
        public static partial void Blind(ILogger logger, Exception trouble, IdentityId identity);
    }
}
