using TrainIdentity.Auth;
using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>
/// A good request becomes a record, durably, before the Hub hears of it; then it is driven on. The same request again
/// finds the record and never makes a second one.
/// </summary>
public sealed class Intake
{
    private readonly IdentityTables _tables;
    private readonly RepoNames _names;
    private readonly Drive _drive;
    private readonly StartBudget _budget;
    private readonly KeyTombstones _tombstones;
    private readonly IntakeOptions _options;
    private readonly QuotaOptions _quota;
    private readonly Terms _terms;
    private readonly TimeProvider _clock;

    internal Intake(
        IdentityTables tables, RepoNames names, Drive drive, StartBudget budget, KeyTombstones tombstones, IntakeOptions options, QuotaOptions quota, Terms terms, TimeProvider clock) =>
        (_tables, _names, _drive, _budget, _tombstones, _options, _quota, _terms, _clock) = (tables, names, drive, budget, tombstones, options, quota, terms, clock);

    /// <summary>Asks what every upload wants to know first, for one whose photos are still coming. Whoever needs the answers meets the trouble itself.</summary>
    public async Task ForeseeAsync(CancellationToken stop)
    {
        try
        {
            await _tables.EnsureAsync(stop);
            await _budget.ForeseeAsync(stop);
        }
        catch (Exception e) when (TableTrouble.Is(e) || stop.IsCancellationRequested)
        {
        }
    }

    /// <exception cref="HubException">The upload met trouble that may pass; the same request resumes it.</exception>
    /// <param name="spent">What reading the request took of the time there is to answer it.</param>
    public async Task<IntakeOutcome> TrainAsync(Caller caller, Submission submission, TimeSpan spent, CancellationToken stop)
    {
        using var limit = new TimeLimit(_options.SoftDeadline > spent ? _options.SoftDeadline - spent : TimeSpan.Zero, _clock, stop);
        return await TrainAsync(caller, submission, new Stops(limit.Token, stop));
    }

    private async Task<IntakeOutcome> TrainAsync(Caller caller, Submission submission, Stops stops)
    {
        var stop = stops.Process;
        if (Problem(submission) is { } problem)
        {
            return IntakeOutcome.Of(problem);
        }

        await _tables.EnsureAsync(stop);
        var rows = _tables.For(caller);
        var key = await rows.KeyAsync(submission.KeyRow, stop);
        if (key is not null && await ExistingAsync(rows, key, submission, stops) is { } existing)
        {
            return existing;
        }

        if (key is null && submission.IdempotencyKey is not null && await _tombstones.IsBuriedAsync(caller.Key, submission.KeyRow, stop))
        {
            return IntakeOutcome.Of(IntakeProblem.Erased);
        }
        var plan = TrainingPlan.From(_terms.Profiles.Default, TrainingPlan.DefaultClassWord, submission.Photos.Count);
        if (await _budget.BlockedUntilAsync(plan, stop) is { } until)
        {
            return IntakeOutcome.Paused(until - _clock.GetUtcNow());
        }

        var estimate = await _budget.EstimateAsync(plan, stop);
        if (await OverAsync(rows, submission, estimate, stop) is { } full)
        {
            return full;
        }

        var reserved = await ReserveAsync(rows, caller, submission, plan, estimate, key, stop);
        if (reserved.Written is { } written)
        {
            return await DriveAsync(rows, written, submission, stops);
        }
        if (reserved.Over is { } over)
        {
            return Over(over);
        }
        var winner = await rows.KeyAsync(submission.KeyRow, stop);
        return winner is not null && await ExistingAsync(rows, winner, submission, stops) is { } outcome ? outcome : IntakeOutcome.Of(IntakeProblem.InProgress);
    }

    /// <summary>Asked before a name is claimed; the transaction that accepts the work asks again.</summary>
    private async Task<IntakeOutcome?> OverAsync(OwnerRows rows, Submission submission, long microUsd, CancellationToken stop)
    {
        var quota = (await rows.QuotaAsync(stop)).OneMore(submission.Photos.Sum(photo => photo.Length), microUsd, _clock.GetUtcNow());
        return quota.Exceeds(_quota) is { } over ? Over(over) : null;
    }

    private IntakeOutcome Over(QuotaLimit over) => IntakeOutcome.Of(over, Quota.RetryAfter(over, _clock.GetUtcNow()));

    private IntakeProblem? Problem(Submission submission) =>
        submission.Photos.Count < _options.MinPhotos ? IntakeProblem.TooFewImages
        : submission.Photos.Count > _options.MaxPhotos ? IntakeProblem.TooManyImages
        : submission.Photos.DistinctBy(photo => photo.Sha256).Count() < _options.MinPhotos ? IntakeProblem.NotEnoughDistinctImages
        : null;

    /// <returns>Null when the key stands for nothing any more and may be taken over.</returns>
    private async Task<IntakeOutcome?> ExistingAsync(OwnerRows rows, KeyHeld key, Submission submission, Stops stops)
    {
        var stop = stops.Process;
        var now = _clock.GetUtcNow();
        var identity = await rows.GetAsync(key.Identity, stop);
        if (identity is null || identity.State is IdentityState.Deleting)
        {
            return submission.IdempotencyKey is null || identity is null ? null : IntakeOutcome.Of(IntakeProblem.Erased);
        }
        if (now >= key.ExpiresAt)
        {
            return null;
        }
        if (key.Fingerprint != submission.Fingerprint)
        {
            return IntakeOutcome.Of(IntakeProblem.KeyReused);
        }

        return identity.State switch
        {
            IdentityState.Compensating => IntakeOutcome.Of(IntakeProblem.InProgress),
            IdentityState.Failed when identity.RetainUntil is null => await AgainAsync(rows, identity, submission, stops),
            IdentityState.Reserved or IdentityState.RepoReady or IdentityState.Uploaded when identity.Lease is { } lease && lease.Until > now =>
                IntakeOutcome.Of(IntakeProblem.InProgress),
            IdentityState.Reserved or IdentityState.RepoReady or IdentityState.Uploaded => await ResumeAsync(rows, identity, submission, stops),
            _ => IntakeOutcome.Of(identity, replayed: true),
        };
    }

    private async Task<IntakeOutcome> ResumeAsync(OwnerRows rows, Identity identity, Submission submission, Stops stops)
    {
        var seen = await rows.ReplaceAsync(identity, identity with { ClientSeenAt = _clock.GetUtcNow(), Tries = 0 }, stops.Process);
        return seen is null ? IntakeOutcome.Of(IntakeProblem.InProgress) : await DriveAsync(rows, seen, submission, stops);
    }

    /// <summary>Everything of the first try was removed, so the second gets a repo of its own under the same record.</summary>
    private async Task<IntakeOutcome> AgainAsync(OwnerRows rows, Identity identity, Submission submission, Stops stops)
    {
        var stop = stops.Process;
        if (identity.Attempt >= _options.MaxAttempts)
        {
            return IntakeOutcome.Of(identity, replayed: true);
        }

        var now = _clock.GetUtcNow();
        if (await _budget.BlockedUntilAsync(identity.Plan, stop) is { } until)
        {
            return IntakeOutcome.Paused(until - now);
        }
        if (await OverAsync(rows, submission, identity.EstimatedMicroUsd, stop) is { } full)
        {
            return full;
        }
        if (await _tables.Index.FindAsync(identity.Repo, stop) is not null)
        {
            // Its repo vanished by itself; under the old name nothing finds the claim but this item.
            await _tables.Index.ScheduleAsync(identity, now + _options.AbandonedAfter, stop);
        }

        var claimed = await _names.ClaimAsync(repo => identity.Restarted(repo, _terms.Retention, now, now + _options.AbandonedAfter, now + _options.Deadline) with { TraceParent = Traces.Here }, identity.Id, submission.Name, now, stop);
        var again = await rows.ReplaceAsync(identity, claimed, _quota, stop);
        return again switch
        {
            { Written: { } written } => await DriveAsync(rows, written, submission, stops),
            { Over: { } over } => Over(over),
            _ => IntakeOutcome.Of(IntakeProblem.InProgress),
        };
    }

    /// <returns>Nothing written when another request with the same key was faster.</returns>
    private async Task<Reservation> ReserveAsync(
        OwnerRows rows, Caller caller, Submission submission, TrainingPlan plan, long estimate, KeyHeld? stale, CancellationToken stop)
    {
        var began = _clock.GetUtcNow();
        var id = IdentityId.New(began);
        var claimed = await _names.ClaimAsync(repo => new Identity
        {
            Id = id,
            OwnerKey = caller.Key,
            UserId = caller.Subject,
            Name = submission.Name.Value,
            Repo = repo,
            Photos = submission.Manifest,
            Plan = plan,
            EstimatedMicroUsd = estimate,
            Retention = _terms.Retention,
            Fingerprint = submission.Fingerprint,
            KeyRow = submission.KeyRow,
            KeyGiven = submission.IdempotencyKey is not null,
            Consent = submission.Consent,
            TraceParent = Traces.Here,
            CreatedAt = began,
            ClientSeenAt = began,
            DueAt = began + _options.AbandonedAfter,
            DeadlineAt = began + _options.Deadline,
        }, id, submission.Name, began, stop);
        _names.InTime(began);

        var kept = submission.IdempotencyKey is null ? _options.ContentKeyKept : _options.KeyKept;
        return await rows.ReserveAsync(claimed, began + kept, stale, _quota, stop);
    }

    private async Task<IntakeOutcome> DriveAsync(OwnerRows rows, Identity identity, Submission submission, Stops stops)
    {
        var stop = stops.Process;
        Identity? driven;
        try
        {
            driven = await _drive.RunAsync(rows, identity, submission.Photos, stops.Answer);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            driven = await rows.GetAsync(identity.Id, stop);
            if (driven?.State is IdentityState.Reserved or IdentityState.RepoReady)
            {
                return IntakeOutcome.Of(IntakeProblem.TimedOut);
            }
        }
        catch (HubException) when (!stop.IsCancellationRequested)
        {
            driven = await rows.GetAsync(identity.Id, stop);
            if (driven?.State is IdentityState.Reserved or IdentityState.RepoReady)
            {
                throw;
            }
        }

        return driven switch
        {
            null or { State: IdentityState.Deleting } => IntakeOutcome.Of(IntakeProblem.Erased),

            // Still before Uploaded without trouble: somebody else holds the lease.
            { State: IdentityState.Reserved or IdentityState.RepoReady } => IntakeOutcome.Of(IntakeProblem.InProgress),
            _ => IntakeOutcome.Of(driven, replayed: false),
        };
    }

    /// <param name="Answer">Ends when the request must be answered.</param>
    /// <param name="Process">Ends with the process.</param>
    private readonly record struct Stops(CancellationToken Answer, CancellationToken Process);
}
