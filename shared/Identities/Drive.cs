using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TrainIdentity.Hub;
using TrainIdentity.Identities.Steps;
using TrainIdentity.Photos;

namespace TrainIdentity.Identities;

/// <summary>
/// Takes a record from where it is as far as it goes towards Training. Requests and the reconciler drive alike; the lease
/// sees to it that only one of them does.
/// </summary>
internal sealed partial class Drive(RepoStep repo, PhotoStep photo, CommitStep commit, LaunchStep launch, DriveOptions options, Alerts alerts, Telemetry telemetry, ILogger<Drive> logger)
{
    private static readonly TimeSpan ReleaseTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    /// <param name="photos">At hand only while the request that brought them lasts.</param>
    /// <returns>The record as it stands when nothing more can be done now; null when it is gone.</returns>
    /// <exception cref="HubException">Trouble that may pass; the record is parked and resumable.</exception>
    public async Task<Identity?> RunAsync(OwnerRows rows, Identity identity, IReadOnlyList<Photo>? photos, CancellationToken stop)
    {
        using var span = Traces.Start("drive", identity.TraceParent);
        await using var held = await Held.TakeAsync(rows, identity, options.Lease, options.Clock, stop);
        if (held is null)
        {
            return await rows.GetAsync(identity.Id, stop);
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, held.Lost);
        try
        {
            while (held.Now.Driven && await StepAsync(held, photos, both.Token))
            {
                Log.Moved(logger, held.Now.Id, held.Now.State);
                Measure(held.Now);
            }
            span?.SetTag("identity.id", held.Now.Id.ToString()).SetTag("identity.state", held.Now.State.ToString());
            return held.Lost.IsCancellationRequested ? held.Taken : held.Now;
        }
        catch (HubException e)
        {
            span?.SetTag("error.type", e.Fault.ToString()).SetStatus(ActivityStatusCode.Error);
            await AfterTroubleAsync(held, e, photos is not null, stop);
            if (held.Lost.IsCancellationRequested)
            {
                return held.Taken;
            }

            // A client is told what to do about it; without one, the record is parked and that is all.
            if (held.Now.Driven && photos is not null)
            {
                throw;
            }
            return held.Now;
        }
        catch (OperationCanceledException) when (held.Lost.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return await rows.GetAsync(identity.Id, stop);
        }
        catch (OperationCanceledException)
        {
            await ReleaseAsync(held, photos is not null);
            throw;
        }
    }

    private void Measure(Identity now)
    {
        telemetry.Moved(now.State.ToString());
        if (now.FailureCode is { } code)
        {
            telemetry.Failed(code);
        }
        if (now.State is IdentityState.Committed)
        {
            telemetry.PhotosCommitted(now.Photos.Count);
        }
        if (now.State is IdentityState.Training && now.JobAttempt == now.FirstJobAttempt)
        {
            telemetry.Initiated(options.Clock.GetUtcNow() - now.ClientSeenAt);
        }
    }

    /// <summary>Whoever comes next need not wait for the lease of a driver that was told to stop.</summary>
    private async Task ReleaseAsync(Held held, bool clientWaits)
    {
        using var limit = new TimeLimit(ReleaseTime, options.Clock, CancellationToken.None);
        await held.ParkAsync(NextLook(held.Now, clientWaits, TimeSpan.Zero), limit.Token);
    }

    private async Task<bool> StepAsync(Held held, IReadOnlyList<Photo>? photos, CancellationToken stop)
    {
        var clock = options.Clock;
        if (held.Now.DeadlineAt is { } deadline && clock.GetUtcNow() >= deadline)
        {
            await repo.ProbeAsync(stop);
            await launch.GiveUpAsync(held.Now, stop);
            return await held.MoveAsync(identity => Expired(identity, clock.GetUtcNow()), stop);
        }

        return held.Now.State switch
        {
            IdentityState.Draft => await repo.RunAsync(held, clock, stop),
            IdentityState.Reserved when photos is null => await PhotoStep.AwaitClientAsync(held, options.Intake, clock, stop),
            IdentityState.Reserved => await repo.RunAsync(held, clock, stop),
            IdentityState.RepoReady => await photo.RunAsync(held, photos, clock, stop),
            IdentityState.Uploaded => await commit.RunAsync(held, clock, stop),
            _ => await launch.RunAsync(held, clock, stop),
        };
    }

    private Identity Expired(Identity identity, DateTimeOffset now) => identity.State is IdentityState.Committed
        ? identity.FailedKeeping(Failures.LaunchExhausted, now, now + options.FailedKept, now + options.Settled)
        : identity.Abandoned(Failures.UploadFailed, now);

    /// <summary>What may pass is parked; what cannot pass ends the upload.</summary>
    private async Task AfterTroubleAsync(Held held, HubException trouble, bool clientWaits, CancellationToken stop)
    {
        Log.Trouble(logger, trouble, held.Now.Id, held.Now.State);
        if (trouble.Fault is HubFault.Auth)
        {
            await alerts.RaiseAsync(AlertKind.HubToken, held.Now.Id, stop);
        }

        var now = options.Clock.GetUtcNow();
        if (!trouble.Transient && held.Now.State is not IdentityState.Committed)
        {
            var code = trouble.Fault is HubFault.Quota ? Failures.HubQuota : Failures.UploadFailed;
            await held.MoveAsync(identity => identity.Abandoned(code, now), stop);
            return;
        }

        // A token that does not count is the operator's matter: nothing is concluded from it, and nothing given up for it.
        var tries = trouble.TokenRefused ? held.Now.Tries : held.Now.Tries + 1;
        if (held.Now.State is IdentityState.Uploaded && tries > options.Intake.MaxTries)
        {
            await held.MoveAsync(identity => identity.Abandoned(Failures.UploadFailed, now), stop);
            return;
        }

        var pause = trouble.RetryAfter ?? options.TroublePause * Math.Pow(2, Math.Max(0, Math.Min(tries, 10) - 1));
        await held.ParkAsync(NextLook(held.Now, clientWaits, pause), stop, tries);
    }

    /// <summary>An upload waits for its client; anything else is looked at again, however long the Hub would have us wait, before its deadline.</summary>
    private DateTimeOffset NextLook(Identity identity, bool clientWaits, TimeSpan pause)
    {
        var now = options.Clock.GetUtcNow();
        if (clientWaits && identity.State is (IdentityState.Reserved or IdentityState.RepoReady))
        {
            return now + options.Intake.AbandonedAfter;
        }

        var next = now + (pause < LongestPause ? pause : LongestPause);
        return identity.DeadlineAt is { } deadline && deadline < next && deadline > now ? deadline : next;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Identity {Identity} is now {State}.")]
        public static partial void Moved(ILogger logger, IdentityId identity, IdentityState state);

        [LoggerMessage(2, LogLevel.Warning, "Identity {Identity} met trouble while {State}.")]
        public static partial void Trouble(ILogger logger, Exception trouble, IdentityId identity, IdentityState state);
    }
}

internal sealed record DriveOptions(LeaseOptions Lease, IntakeOptions Intake, TimeSpan FailedKept, TimeSpan Settled, TimeProvider Clock)
{
    public TimeSpan TroublePause { get; init; } = TimeSpan.FromSeconds(30);
}
