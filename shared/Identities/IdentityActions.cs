using Microsoft.Extensions.Logging;
using TrainIdentity.Auth;
using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>What became of a wish of the owner.</summary>
public enum ActionResult
{
    /// <summary>Done, under way, or done before.</summary>
    Accepted,

    NotFound,

    /// <summary>Not in this state.</summary>
    Conflict,

    /// <summary>It is not the version that the change is for.</summary>
    Stale,

    /// <summary>A quota is used up.</summary>
    OverQuota,

    /// <summary>No training is started for anybody just now.</summary>
    Paused,
}

/// <param name="Identity">As it stands; null when there is none.</param>
public sealed record ActionOutcome(ActionResult Result, Identity? Identity, QuotaLimit? Over = null, TimeSpan? RetryAfter = null);

/// <summary>
/// Retry, cancel and rename, as the owner asks for them. The wish is written first; what it takes on the Hub is done within the
/// request as far as a few seconds allow, and otherwise by the reconciler. Asking twice is asking once.
/// </summary>
public sealed partial class IdentityActions
{
    private static readonly TimeSpan Inline = TimeSpan.FromSeconds(20);

    private readonly IdentityTables _tables;
    private readonly Reconciler _reconciler;
    private readonly StartBudget _budget;
    private readonly TrainingOptions _training;
    private readonly IntakeOptions _intake;
    private readonly QuotaOptions _quota;
    private readonly ILogger<IdentityActions> _logger;

    internal IdentityActions(
        IdentityTables tables, Reconciler reconciler, StartBudget budget, TrainingOptions training, IntakeOptions intake, QuotaOptions quota,
        ILogger<IdentityActions> logger) =>
        (_tables, _reconciler, _budget, _training, _intake, _quota, _logger) = (tables, reconciler, budget, training, intake, quota, logger);

    private TimeProvider Clock => _tables.Clock;

    /// <summary>One more training of the same photos, for an identity that failed and still has them.</summary>
    public Task<ActionOutcome> RetryAsync(Caller caller, IdentityId id, CancellationToken stop) => ActAsync(caller, id, async (rows, identity) =>
    {
        var now = Clock.GetUtcNow();
        if (identity.State is IdentityState.Committed or IdentityState.Training && identity.Trainings > 1)
        {
            return new ActionOutcome(ActionResult.Accepted, identity);
        }
        if (identity.State is not IdentityState.Failed || !(identity.RetainUntil > now) || identity.Trainings >= _training.MaxTrainings)
        {
            return new ActionOutcome(ActionResult.Conflict, identity);
        }
        if (await _budget.BlockedUntilAsync(identity.Plan, stop) is { } until)
        {
            return new ActionOutcome(ActionResult.Paused, identity, RetryAfter: until - now);
        }

        var retried = await rows.ReplaceAsync(identity, identity.Retried(now, now + _intake.Deadline) with { TraceParent = Traces.Here }, _quota, stop);
        return retried switch
        {
            { Written: { } written } => await FollowUpAsync(rows, written, stop),
            { Over: { } over } => new ActionOutcome(ActionResult.OverQuota, identity, over, Quota.RetryAfter(over, now)),
            _ => null,
        };
    }, stop);

    /// <summary>Stops what is under way. Before the training everything is removed; from then on the photos are kept for a retry.</summary>
    public Task<ActionOutcome> CancelAsync(Caller caller, IdentityId id, CancellationToken stop) => ActAsync(caller, id, async (rows, identity) =>
    {
        var now = Clock.GetUtcNow();
        if (identity.CancelAskedAt is not null || (identity is { State: IdentityState.Compensating or IdentityState.Failed, FailureCode: Failures.Canceled }))
        {
            return new ActionOutcome(ActionResult.Accepted, identity);
        }

        var next = identity.State switch
        {
            IdentityState.Training => identity.CancelAsked(now),
            IdentityState.Draft or IdentityState.Reserved or IdentityState.RepoReady or IdentityState.Uploaded or IdentityState.Committed =>
                identity.Abandoned(Failures.Canceled, now),
            _ => null,
        };
        if (next is null)
        {
            return new ActionOutcome(ActionResult.Conflict, identity);
        }
        return await rows.ReplaceAsync(identity, next, stop) is { } written ? await FollowUpAsync(rows, written, stop) : null;
    }, stop);

    /// <summary>Changes what it is called from now on; its repo goes on saying what it was called first.</summary>
    /// <param name="isMeant">Whether the change is for this version. Not asked when the name is there already: then the answer to the same wish was lost.</param>
    public Task<ActionOutcome> RenameAsync(Caller caller, IdentityId id, IdentityName name, Func<Identity, bool> isMeant, CancellationToken stop) => ActAsync(caller, id, async (rows, identity) =>
    {
        if (identity.Name == name.Value)
        {
            return new ActionOutcome(ActionResult.Accepted, identity);
        }
        if (!isMeant(identity))
        {
            return new ActionOutcome(ActionResult.Stale, identity);
        }
        return await rows.ReplaceAsync(identity, identity.Renamed(name), stop) is { } written ? new ActionOutcome(ActionResult.Accepted, written) : null;
    }, stop);

    /// <param name="act">Null when somebody else wrote the record meanwhile; then it is read again.</param>
    private async Task<ActionOutcome> ActAsync(Caller caller, IdentityId id, Func<OwnerRows, Identity, Task<ActionOutcome?>> act, CancellationToken stop)
    {
        await _tables.EnsureAsync(stop);
        var rows = _tables.For(caller);
        while (await rows.GetAsync(id, stop) is { } identity && identity.State is not IdentityState.Deleting)
        {
            if (await act(rows, identity) is { } outcome)
            {
                return outcome;
            }
        }
        return new ActionOutcome(ActionResult.NotFound, null);
    }

    private async Task<ActionOutcome> FollowUpAsync(OwnerRows rows, Identity written, CancellationToken stop)
    {
        using var limit = new TimeLimit(Inline, Clock, stop);
        try
        {
            return new ActionOutcome(ActionResult.Accepted, await _reconciler.MoveAsync(rows, written, limit.Token) ?? written);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            Log.Later(_logger, written.Id, e.GetType().Name);
            return new ActionOutcome(ActionResult.Accepted, written);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The wish of identity {Identity}'s owner is followed up later ({Cause}).")]
        public static partial void Later(ILogger logger, IdentityId identity, string cause);
    }
}
