using System.Net;
using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities.Steps;

/// <summary>
/// Committed to Training: one job. The intent is written before the job is asked for, and after a lost answer the job is
/// looked for by its labels until it is certain that there is none.
/// </summary>
internal sealed class LaunchStep(HubClient hub, TrainingOptions options, string environment, Func<CancellationToken, ValueTask<string?>> trainerToken, WatchOptions watch, StartBudget budget, IntakeOptions intake)
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DisownTime = TimeSpan.FromSeconds(30);

    private readonly TrainingJob _jobs = new(options, environment, hub.Endpoint);

    public async Task<bool> RunAsync(Held held, TimeProvider clock, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (options.Mode is TrainingMode.External)
        {
            return await held.MoveAsync(identity => identity.Awaited(now + watch.First, now + options.ExternalDeadline), stop);
        }

        var space = held.Now.Repo.Namespace;
        var found = await OursAsync(held.Now, space, stop);
        if (found.Count > 0)
        {
            return await AdoptAsync(held, space, found, clock, stop);
        }
        if (MissedUntil(held.Now, now) is { } later)
        {
            await held.MoveAsync(identity => identity.LaunchMissedAt is null && now >= identity.LaunchIntentAt + SettleTime ? identity.LaunchMissed(now) : identity, stop);
            await held.ParkAsync(later, stop);
            return false;
        }

        if (held.Now.LaunchTries >= intake.MaxLaunchTries)
        {
            return await held.MoveAsync(identity => identity.FailedKeeping(Failures.LaunchExhausted, now, now + options.FailedKept, now + watch.Settled), stop);
        }
        if (await budget.BlockedUntilAsync(held.Now.Plan, stop) is { } blocked)
        {
            await held.ParkAsync(held.Now.DeadlineAt is { } deadline && deadline < blocked ? deadline : blocked, stop);
            return false;
        }

        return await StartAsync(held, space, clock, stop);
    }

    /// <returns>The jobs of this attempt. One of an earlier attempt that is still under way is cancelled: it was given up, and two are never paid for.</returns>
    private async Task<IReadOnlyList<HubJob>> OursAsync(Identity identity, string space, CancellationToken stop)
    {
        var all = await hub.Jobs.ListAsync(space, TrainingJob.Key(identity.Id.ToString()), stop);
        var ours = all.Where(job => TrainingJob.IsOf(job, identity.JobAttempt)).ToList();
        foreach (var old in all.Except(ours).Where(job => !job.Ended))
        {
            await hub.Jobs.CancelAsync(space, old.Id, stop);
        }
        return ours;
    }

    /// <returns>When to look again for a job whose start may have been lost; null when one may be started.</returns>
    private static DateTimeOffset? MissedUntil(Identity identity, DateTimeOffset now)
    {
        if (identity.LaunchIntentAt is not { } intent)
        {
            return null;
        }
        if (now < intent + SettleTime)
        {
            return intent + SettleTime;
        }

        var again = (identity.LaunchMissedAt ?? now) + SecondLook;
        return now < again ? again : null;
    }

    private async Task<bool> StartAsync(Held held, string space, TimeProvider clock, CancellationToken stop)
    {
        var token = await trainerToken(stop) ?? throw new HubException(HubFault.Auth, "jobs.start", "no trainer token is configured");
        var price = held.Now.UsdPerHour ?? await budget.UsdPerHourAsync(held.Now.Plan, stop);
        var counted = budget.IsTaken(held.Now) ? clock.GetUtcNow() : await budget.TakeAsync(held.Now, price, stop);
        if (!await held.MoveAsync(identity => identity.LaunchIntended(price, counted), stop))
        {
            return false;
        }

        var identity = held.Now;
        var run = new TrainingRun(identity.Id.ToString(), identity.JobAttempt, identity.Repo, identity.CommitOid!, identity.Plan, identity.Thumbnail is not null) { TraceParent = identity.TraceParent };
        try
        {
            // Broken off, the call might start a job that nobody knows of; it ends by itself soon enough.
            var job = await hub.Jobs.StartAsync(space, _jobs.Spec(run, token), CancellationToken.None);
            return await LaunchedAsync(held, job, clock, CancellationToken.None) || await DisownAsync(held, space, job, clock);
        }
        catch (HubException e) when (IsFinal(e))
        {
            var code = e.Fault is HubFault.Quota ? Failures.NoCredit : Failures.LaunchRejected;
            if (code is Failures.NoCredit)
            {
                await budget.NoCreditAsync(stop);
            }
            var failed = clock.GetUtcNow();
            if (!await held.MoveAsync(now => now.FailedKeeping(code, failed, failed + options.FailedKept, failed + watch.Settled), stop))
            {
                return false;
            }
            await budget.RefusedAsync(identity, stop);
            return true;
        }
    }

    /// <summary>
    /// A job that came up after the record was taken from us. One still to be launched will adopt it; one that is being
    /// erased, or has another job, will not, and this one must not run on unowned.
    /// </summary>
    private async Task<bool> DisownAsync(Held held, string space, HubJob job, TimeProvider clock)
    {
        if (held.Taken is not { State: IdentityState.Committed } && held.Taken?.Job?.Id != job.Id)
        {
            using var limit = new TimeLimit(DisownTime, clock, CancellationToken.None);
            await hub.Jobs.CancelAsync(space, job.Id, limit.Token);
        }
        return false;
    }

    /// <summary>Stops a job whose start was never confirmed, as far as the Hub lets us; it has a timeout of its own.</summary>
    public async Task GiveUpAsync(Identity identity, CancellationToken stop)
    {
        if (identity.LaunchIntentAt is null)
        {
            return;
        }

        try
        {
            var space = identity.Repo.Namespace;
            foreach (var job in await hub.Jobs.ListAsync(space, TrainingJob.Key(identity.Id.ToString(), identity.JobAttempt), stop))
            {
                await hub.Jobs.CancelAsync(space, job.Id, stop);
            }
        }
        catch (HubException)
        {
            // The identity fails all the same.
        }
    }

    private async Task<bool> AdoptAsync(Held held, string space, IReadOnlyList<HubJob> found, TimeProvider clock, CancellationToken stop)
    {
        foreach (var surplus in found.Skip(1).Where(job => !job.Ended))
        {
            await hub.Jobs.CancelAsync(space, surplus.Id, stop);
        }
        return await LaunchedAsync(held, found[0], clock, stop);
    }

    private Task<bool> LaunchedAsync(Held held, HubJob job, TimeProvider clock, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return held.MoveAsync(
            identity => identity.Launched(job, now, now + watch.First, now + options.QueueTime + identity.Plan.Timeout + options.Overtime), stop);
    }

    private static bool IsFinal(HubException e) =>
        !e.OutcomeUnknown && (e.Fault is HubFault.Quota or HubFault.Refused || e.Status is HttpStatusCode.Forbidden);
}
