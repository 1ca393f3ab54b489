using TrainIdentity.Auth;
using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>Opens drafts: the record first, then its private repo.</summary>
internal sealed class DraftIntake(
    IdentityTables tables, RepoNames names, Drive drive, StartBudget budget, KeyTombstones tombstones, IntakeOptions options, QuotaOptions quota, PhotoRetention retention, TimeProvider clock)
{
    /// <summary>Makes a draft and its private repo. With a key, the same request again finds the draft it made.</summary>
    /// <exception cref="HubException">The draft is recorded; its repo is made later, or by the same request again.</exception>
    public async Task<IntakeOutcome> OpenAsync(Caller caller, DraftRequest request, CancellationToken stop)
    {
        await tables.EnsureAsync(stop);
        var rows = tables.For(caller);
        var id = IdentityId.New(clock.GetUtcNow());
        var key = await rows.KeyAsync(request.KeyRow(id), stop);
        if (key is not null && await ExistingAsync(rows, key, request, stop) is { } existing)
        {
            return existing;
        }
        if (key is null && request.IdempotencyKey is not null && await tombstones.IsBuriedAsync(caller.Key, request.KeyRow(id), stop))
        {
            return IntakeOutcome.Of(IntakeProblem.Erased);
        }

        // Nobody sends photos for a training that cannot be.
        if (await budget.UnfitUntilAsync(request.Plan, stop) is { } until)
        {
            return IntakeOutcome.Paused(until - clock.GetUtcNow());
        }
        if ((await rows.QuotaAsync(stop)).OneMoreDraft().Exceeds(quota) is { } full)
        {
            return Over(full);
        }

        var reserved = await ReserveAsync(rows, caller, request, id, key, stop);
        return reserved switch
        {
            { Written: { } written } => IntakeOutcome.Of(await PreparedAsync(rows, written, stop), replayed: false),
            { Over: { } over } => Over(over),
            _ => IntakeOutcome.Of(IntakeProblem.InProgress),
        };
    }

    /// <returns>The draft with its repo, unless somebody else is just making it or the draft has ended.</returns>
    public async Task<Identity> PreparedAsync(OwnerRows rows, Identity identity, CancellationToken stop) =>
        identity is { IsOpen: true, Driven: true } ? await drive.RunAsync(rows, identity, [], stop) ?? identity : identity;

    private async Task<IntakeOutcome?> ExistingAsync(OwnerRows rows, KeyHeld key, DraftRequest request, CancellationToken stop)
    {
        var identity = await rows.GetAsync(key.Identity, stop);
        if (identity is null || identity.State is IdentityState.Deleting)
        {
            return IntakeOutcome.Of(IntakeProblem.Erased);
        }
        if (clock.GetUtcNow() >= key.ExpiresAt)
        {
            return null;
        }
        return key.Fingerprint == request.Fingerprint
            ? IntakeOutcome.Of(await PreparedAsync(rows, identity, stop), replayed: true)
            : IntakeOutcome.Of(IntakeProblem.KeyReused);
    }

    private async Task<Reservation> ReserveAsync(OwnerRows rows, Caller caller, DraftRequest request, IdentityId id, KeyHeld? stale, CancellationToken stop)
    {
        var began = clock.GetUtcNow();
        var claimed = await names.ClaimAsync(repo => new Identity
        {
            Id = id,
            OwnerKey = caller.Key,
            UserId = caller.Subject,
            Name = request.Name.Value,
            Repo = repo,
            Photos = [],
            Plan = request.Plan,
            Retention = retention,
            Fingerprint = request.Fingerprint,
            KeyRow = request.KeyRow(id),
            KeyGiven = request.IdempotencyKey is not null,
            Consent = request.Consent,
            TraceParent = Traces.Here,
            CreatedAt = began,
            ClientSeenAt = began,
            State = IdentityState.Draft,
            Drafted = true,
            SlotHeld = false,
            DueAt = began + options.AbandonedAfter,
            DeadlineAt = began + options.Deadline,
        }, id, request.Name, began, stop);
        names.InTime(began);
        return await rows.ReserveAsync(claimed, began + options.KeyKept, stale, quota, stop);
    }

    private IntakeOutcome Over(QuotaLimit over) => IntakeOutcome.Of(over, Quota.RetryAfter(over, clock.GetUtcNow()));
}
