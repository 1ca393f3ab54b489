using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>The moves an identity can make. One that its state does not allow is a bug of ours and throws.</summary>
public static class Transitions
{
    /// <summary>A removal waits this long for cancelled jobs to end, then goes on without them.</summary>
    private static readonly TimeSpan JobsEndWithin = TimeSpan.FromMinutes(10);

    private static readonly IdentityState[] AllButDeleting = [.. Enum.GetValues<IdentityState>().Where(state => state is not IdentityState.Deleting)];

    /// <param name="draftEnds">When a draft is given up if nothing comes; nobody drives it until it is closed.</param>
    public static Identity RepoMade(this Identity identity, string hubRepoId, string url, string head, DateTimeOffset draftEnds)
    {
        var made = identity.From(IdentityState.Reserved, IdentityState.Draft) with { HubRepoId = hubRepoId, RepoUrl = url, BaseCommit = head, Tries = 0 };
        return made.IsOpen ? made with { DueAt = draftEnds, DeadlineAt = null, Lease = null } : made with { State = IdentityState.RepoReady };
    }

    /// <summary>A photo came, or was taken back.</summary>
    /// <param name="change">Of the number of photos.</param>
    public static Identity PhotoChanged(this Identity identity, int number, int change, DateTimeOffset now)
    {
        List<int> lost = [.. identity.LostPhotos.Where(missing => missing != number)];
        return identity.From(IdentityState.Draft) with
        {
            DraftPhotos = identity.DraftPhotos + change,
            LostPhotos = lost,
            FailureCode = lost.Count == 0 ? null : identity.FailureCode,
            ClientSeenAt = now,
        };
    }

    public static Identity ThumbnailChanged(this Identity identity, ManifestPhoto thumbnail, DateTimeOffset now) =>
        identity.From(IdentityState.Draft) with { Thumbnail = thumbnail, ClientSeenAt = now };

    /// <summary>The draft's photos are what they are now; the training is wanted.</summary>
    public static Identity Closed(this Identity identity, IReadOnlyList<ManifestPhoto> photos, TrainingPlan plan, DateTimeOffset now, DateTimeOffset deadline) =>
        identity.From(IdentityState.Draft) with
        {
            State = IdentityState.RepoReady,
            Photos = photos,
            Plan = plan,
            LostPhotos = [],
            FailureCode = null,
            SlotHeld = true,
            ClientSeenAt = now,
            DueAt = now,
            DeadlineAt = deadline,
        };

    /// <summary>The Hub has not all photos of a draft any more: those that are missing may come again.</summary>
    public static Identity Reopened(this Identity identity, IReadOnlyList<int> lost, DateTimeOffset now, DateTimeOffset draftEnds) =>
        identity.From(IdentityState.RepoReady) with
        {
            State = IdentityState.Draft,
            Photos = [],
            DraftPhotos = identity.DraftPhotos - lost.Count,
            LostPhotos = lost,
            FailureCode = Failures.PhotosMissing,
            SlotHeld = false,
            ClientSeenAt = now,
            DueAt = draftEnds,
            DeadlineAt = null,
            Lease = null,
            Tries = 0,
        };

    /// <summary>The Hub has not the thumbnail any more, and nothing waits for another.</summary>
    public static Identity ThumbnailLost(this Identity identity) => identity.From(IdentityState.RepoReady) with { Thumbnail = null };

    public static Identity PhotosStored(this Identity identity) =>
        identity.From(IdentityState.RepoReady) with { State = IdentityState.Uploaded, Tries = 0 };

    public static Identity CommitMade(this Identity identity, string oid) =>
        identity.From(IdentityState.Uploaded) with { State = IdentityState.Committed, CommitOid = oid, Tries = 0 };

    public static Identity LaunchIntended(this Identity identity, decimal usdPerHour, DateTimeOffset now) =>
        identity.From(IdentityState.Committed) with { LaunchIntentAt = now, LaunchMissedAt = null, LaunchTries = identity.LaunchTries + 1, UsdPerHour = usdPerHour };

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
            Tries = 0,
        };

    public static Identity Awaited(this Identity identity, DateTimeOffset due, DateTimeOffset deadline) =>
        identity.From(IdentityState.Committed) with { State = IdentityState.Training, DueAt = due, DeadlineAt = deadline, Lease = null, Tries = 0 };

    /// <param name="due">When the repo is looked at again, to see that it is there and private, and to remove the photos if they are to go.</param>
    public static Identity BecameReady(this Identity identity, VerifiedResult result, DateTimeOffset now, DateTimeOffset due)
    {
        var ready = identity.From(IdentityState.Training).Paid(now) with
        {
            State = IdentityState.Ready,
            Weights = result.Weights,
            Previews = [.. result.Previews.Select(Picture)],
            Thumbnail = identity.Thumbnail ?? (result.Thumbnail is { } thumbnail ? Picture(thumbnail) : null),
            TrainedAt = now,
            SlotHeld = false,
            DeadlineAt = null,
        };
        return ready with { DueAt = ready.PhotosDueAt is { } removal && removal < due ? removal : due };
    }

    /// <summary>Failed with its repo kept for a while, so that it can be tried again without new photos.</summary>
    /// <param name="look">When the repo is looked at again, to see that it is there and private.</param>
    public static Identity FailedKeeping(this Identity identity, string code, DateTimeOffset now, DateTimeOffset until, DateTimeOffset look) =>
        identity.From(IdentityState.Training, IdentityState.Committed).Paid(now) with
        {
            State = IdentityState.Failed,
            FailureCode = code,
            SlotHeld = false,
            CancelAskedAt = null,
            RetainUntil = until,
            DueAt = look < until ? look : until,
            DeadlineAt = null,
            Lease = null,
            Tries = 0,
        };

    /// <summary>The job fell over and nobody is to blame: one more, without asking.</summary>
    public static Identity LaunchedAgain(this Identity identity, DateTimeOffset now, DateTimeOffset deadline) =>
        identity.From(IdentityState.Training).Paid(now).Relaunch(now, deadline) with { Relaunched = true };

    /// <summary>The owner asked for one more training of the same photos.</summary>
    public static Identity Retried(this Identity identity, DateTimeOffset now, DateTimeOffset deadline) =>
        identity.From(IdentityState.Failed).Relaunch(now, deadline) with { SlotHeld = true, Relaunched = false, FailureCode = null, RetainUntil = null };

    /// <summary>Wanted by the owner; the job is cancelled before the record says failed.</summary>
    public static Identity CancelAsked(this Identity identity, DateTimeOffset now) =>
        identity.From(IdentityState.Training) with { CancelAskedAt = now, DueAt = now };

    /// <summary>Decides to remove everything on the Hub.</summary>
    public static Identity Abandoned(this Identity identity, string code, DateTimeOffset now) =>
        identity.From(
            IdentityState.Draft, IdentityState.Reserved, IdentityState.RepoReady, IdentityState.Uploaded, IdentityState.Committed, IdentityState.Training, IdentityState.Ready,
            IdentityState.Failed).Paid(now).Ending(now) with
        {
            State = IdentityState.Compensating,
            FailureCode = identity.IsOpen ? code : identity.FailureCode ?? code,
            LostPhotos = [],
        };

    public static Identity Removed(this Identity identity) => identity.From(IdentityState.Compensating) with
    {
        State = IdentityState.Failed,
        SlotHeld = false,
        RetainUntil = null,
        MissingSince = null,
        EndingSince = null,
        DueAt = null,
        DeadlineAt = null,
        Tries = 0,
    };

    /// <summary>The repo vanished without us, and the Hub said so twice.</summary>
    public static Identity RepoLost(this Identity identity, DateTimeOffset now) =>
        identity.From(IdentityState.Training, IdentityState.Ready, IdentityState.Failed).Paid(now) with
        {
            State = IdentityState.Failed,
            FailureCode = Failures.RepoGone,
            SlotHeld = false,
            CancelAskedAt = null,
            RetainUntil = null,
            MissingSince = null,
            DueAt = null,
            DeadlineAt = null,
        };

    /// <summary>The same photos came again after everything was removed: a new repo under the same record.</summary>
    public static Identity Restarted(this Identity identity, RepoId repo, PhotoRetention retention, DateTimeOffset now, DateTimeOffset due, DateTimeOffset deadline) =>
        identity.From(IdentityState.Failed).Relaunch(now, deadline) with
        {
            State = IdentityState.Reserved,
            SlotHeld = true,
            Attempt = identity.Attempt + 1,
            FirstJobAttempt = identity.JobAttempt + 1,
            Repo = repo,
            HubRepoId = null,
            RepoUrl = null,
            BaseCommit = null,
            CommitOid = null,
            Relaunched = false,
            Thumbnail = null,
            Previews = [],
            Weights = null,
            TrainedAt = null,
            PhotosRemovedAt = null,
            Retention = retention,
            FailureCode = null,
            RetainUntil = null,
            ClientSeenAt = now,
            DueAt = due,
        };

    /// <summary>From any state but the last: only what its owner sees changes.</summary>
    public static Identity Renamed(this Identity identity, IdentityName name) =>
        identity.From(AllButDeleting) with { Name = name.Value, NameInRepo = identity.NameInRepo };

    /// <summary>From any state: erasure needs nobody's leave, and the driver's next write will fail.</summary>
    public static Identity Erasing(this Identity identity, DateTimeOffset now) => identity.Ending(now) with { State = IdentityState.Deleting };

    private static Identity Ending(this Identity identity, DateTimeOffset now) => identity with
    {
        RetainUntil = null,
        MissingSince = null,
        EndingSince = now,
        DueAt = now,
        DeadlineAt = now + JobsEndWithin,
        Lease = null,
        Tries = 0,
    };

    private static Identity Relaunch(this Identity identity, DateTimeOffset now, DateTimeOffset deadline) => identity with
    {
        State = IdentityState.Committed,
        JobAttempt = identity.JobAttempt + 1,
        Job = null,
        UsdPerHour = null,
        Progress = null,
        LaunchIntentAt = null,
        LaunchMissedAt = null,
        LaunchTries = 0,
        CancelAskedAt = null,
        MissingSince = null,
        LookedAt = null,
        DueAt = now,
        DeadlineAt = deadline,
        Lease = null,
        Tries = 0,
    };

    private static ManifestPhoto Picture(ResultPicture claimed) => new(claimed.Path!, claimed.Sha256!, claimed.Bytes, claimed.Width, claimed.Height);

    private static Identity From(this Identity identity, params ReadOnlySpan<IdentityState> states) => states.Contains(identity.State)
        ? identity
        : throw new InvalidOperationException($"{identity} is {identity.State}; this move is not one of its own.");
}
