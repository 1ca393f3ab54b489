using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>The moves an identity can make. One that its state does not allow is a bug of ours and throws.</summary>
public static class Transitions
{
    /// <summary>A removal waits this long for cancelled jobs to end, then goes on without them.</summary>
    private static readonly TimeSpan JobsEndWithin = TimeSpan.FromMinutes(10);

    public static Identity RepoMade(this Identity identity, string hubRepoId, string url, string head) =>
        identity.From(IdentityState.Reserved) with { State = IdentityState.RepoReady, HubRepoId = hubRepoId, RepoUrl = url, BaseCommit = head };

    public static Identity PhotosStored(this Identity identity) =>
        identity.From(IdentityState.RepoReady) with { State = IdentityState.Uploaded };

    public static Identity CommitMade(this Identity identity, string oid) =>
        identity.From(IdentityState.Uploaded) with { State = IdentityState.Committed, CommitOid = oid };

    public static Identity LaunchIntended(this Identity identity, DateTimeOffset now) =>
        identity.From(IdentityState.Committed) with { LaunchIntentAt = now, LaunchMissedAt = null };

    public static Identity LaunchMissed(this Identity identity, DateTimeOffset now) =>
        identity.From(IdentityState.Committed) with { LaunchMissedAt = now };

    public static Identity Launched(this Identity identity, HubJob job, DateTimeOffset now, DateTimeOffset due, DateTimeOffset deadline) =>
        identity.From(IdentityState.Committed) with
        {
            State = IdentityState.Training,
            Job = new JobSeen(job.Id, job.Stage, now, null, null),
            DueAt = due,
            DeadlineAt = deadline,
            Lease = null,
        };

    public static Identity Awaited(this Identity identity, DateTimeOffset due, DateTimeOffset deadline) =>
        identity.From(IdentityState.Committed) with { State = IdentityState.Training, DueAt = due, DeadlineAt = deadline, Lease = null };

    public static Identity BecameReady(this Identity identity, VerifiedWeights weights, DateTimeOffset now) =>
        identity.From(IdentityState.Training) with { State = IdentityState.Ready, Weights = weights, TrainedAt = now, DueAt = null, DeadlineAt = null };

    /// <summary>Failed with its repo kept for a while, so that it can be tried again without new photos.</summary>
    public static Identity FailedKeeping(this Identity identity, string code, DateTimeOffset until) =>
        identity.From(IdentityState.Training, IdentityState.Committed) with
        {
            State = IdentityState.Failed,
            FailureCode = code,
            RetainUntil = until,
            DueAt = until,
            DeadlineAt = null,
            Lease = null,
        };

    /// <summary>Decides to remove everything on the Hub.</summary>
    public static Identity Abandoned(this Identity identity, string code, DateTimeOffset now) =>
        identity.From(IdentityState.Reserved, IdentityState.RepoReady, IdentityState.Uploaded, IdentityState.Committed, IdentityState.Failed) with
        {
            State = IdentityState.Compensating,
            FailureCode = identity.FailureCode ?? code,
            RetainUntil = null,
            DueAt = now,
            DeadlineAt = now + JobsEndWithin,
            Lease = null,
        };

    public static Identity Removed(this Identity identity) =>
        identity.From(IdentityState.Compensating) with { State = IdentityState.Failed, RetainUntil = null, DueAt = null, DeadlineAt = null };

    /// <summary>The same photos came again after everything was removed: a new repo under the same record.</summary>
    public static Identity Restarted(this Identity identity, RepoId repo, DateTimeOffset now, DateTimeOffset due, DateTimeOffset deadline) =>
        identity.From(IdentityState.Failed) with
        {
            State = IdentityState.Reserved,
            Attempt = identity.Attempt + 1,
            JobAttempt = identity.JobAttempt + 1,
            Repo = repo,
            HubRepoId = null,
            RepoUrl = null,
            BaseCommit = null,
            CommitOid = null,
            Job = null,
            Progress = null,
            LaunchIntentAt = null,
            LaunchMissedAt = null,
            FailureCode = null,
            RetainUntil = null,
            ClientSeenAt = now,
            DueAt = due,
            DeadlineAt = deadline,
            Lease = null,
        };

    /// <summary>From any state: erasure needs nobody's leave, and the driver's next write will fail.</summary>
    public static Identity Erasing(this Identity identity, DateTimeOffset now) =>
        identity with { State = IdentityState.Deleting, DueAt = now, DeadlineAt = now + JobsEndWithin, Lease = null };

    private static Identity From(this Identity identity, params ReadOnlySpan<IdentityState> states) => states.Contains(identity.State)
        ? identity
        : throw new InvalidOperationException($"{identity} is {identity.State}; this move is not one of its own.");
}
