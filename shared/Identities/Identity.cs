using Azure;
using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <param name="Path">Inside the repo, such as <c>images/image_001.jpg</c>.</param>
/// <param name="Oid">SHA-256 of the cleaned photo.</param>
public sealed record ManifestPhoto(string Path, string Oid, long Bytes, int Width, int Height)
{
    /// <summary>The photo's number in the draft it came in; null when all came at once.</summary>
    public int? Number { get; init; }
}

/// <summary>What the person who uploaded declared, kept as evidence.</summary>
/// <param name="Subject"><c>self</c>, <c>permission</c>, <c>guardian</c> or <c>estate</c>.</param>
public sealed record Consent(string Version, string TextSha256, string Subject, DateTimeOffset GivenAt);

/// <param name="Fence">Grows with every owner; a driver whose fence is not the record's has lost.</param>
public sealed record Lease(string Owner, DateTimeOffset Until, int Fence);

/// <summary>The training job as last seen.</summary>
public sealed record JobSeen(string Id, JobStage Stage, DateTimeOffset LaunchedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt)
{
    /// <summary>The Hub knows of no such job.</summary>
    public bool Lost { get; init; }

    /// <summary>The Hub stopped it because its time was up.</summary>
    public bool TimedOut { get; init; }

    /// <summary>The Hub stopped it because nobody pays.</summary>
    public bool OutOfCredit { get; init; }
}

/// <summary>One identity, as its row says. Every change goes through a transition, and every write through its ETag.</summary>
public sealed record Identity
{
    public required IdentityId Id { get; init; }

    /// <summary>The owner's partition, from a verified token only.</summary>
    public required string OwnerKey { get; init; }

    /// <summary>The owner's subject, which the original writes into <c>training_config.json</c>.</summary>
    public required string UserId { get; init; }

    /// <summary>As its owner calls it now.</summary>
    public required string Name { get; init; }

    /// <summary>As it was called when the record was made, which is what its repo says for good.</summary>
    public string NameInRepo
    {
        get => field ?? Name;
        init;
    }

    public required RepoId Repo { get; init; }

    public required IReadOnlyList<ManifestPhoto> Photos { get; init; }

    /// <summary>A small picture beside the photos that stands for them in lists; of a draft, the one it has now.</summary>
    public ManifestPhoto? Thumbnail { get; init; }

    /// <summary>Drawn by the job with the new weights, in the order in which they are shown.</summary>
    public IReadOnlyList<ManifestPhoto> Previews { get; init; } = [];

    public required TrainingPlan Plan { get; init; }

    /// <summary>What its owner was told would become of the photos.</summary>
    public PhotoRetention Retention { get; init; } = PhotoRetention.Keep;

    /// <summary>When the photos were seen to be gone from the repo and its history.</summary>
    public DateTimeOffset? PhotosRemovedAt { get; init; }

    public required string Fingerprint { get; init; }

    public required string KeyRow { get; init; }

    /// <summary>The key is the caller's own; otherwise the content is the key.</summary>
    public bool KeyGiven { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public IdentityState State { get; init; } = IdentityState.Reserved;

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Counts writes; the HTTP ETag.</summary>
    public long Seq { get; init; }

    /// <summary>Counts the repos this record has had; only one lives at a time.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Its photos come one by one. Its manifest is empty until the draft is closed.</summary>
    public bool Drafted { get; init; }

    /// <summary>Rows of photos it has.</summary>
    public int DraftPhotos { get; init; }

    /// <summary>Numbers of photos that the Hub lost before they were committed, and that must come again.</summary>
    public IReadOnlyList<int> LostPhotos { get; init; } = [];

    /// <summary>Counts as active for its owner's quota: taken when a training is accepted, given back once, when it has ended.</summary>
    public bool SlotHeld { get; init; } = true;

    /// <summary>When its training was counted against its owner's day; given back if it fails on that day.</summary>
    public DateTimeOffset? CountedAt { get; init; }

    /// <summary>The estimate that was counted with it.</summary>
    public long EstimatedMicroUsd { get; init; }

    /// <summary>What an hour of the hardware cost when the job was asked for.</summary>
    public decimal? UsdPerHour { get; init; }

    /// <summary>What its jobs have cost so far, failed ones included.</summary>
    public long SpentMicroUsd { get; init; }

    /// <summary>Links to its weights that its owner was given.</summary>
    public int LinksGiven { get; init; }

    public DateTimeOffset? LinkGivenAt { get; init; }

    /// <summary>Troubles met since the last move or the last visit of the client.</summary>
    public int Tries { get; init; }

    /// <summary>When a request last brought photos.</summary>
    public DateTimeOffset ClientSeenAt { get; init; }

    public string? HubRepoId { get; init; }

    /// <summary>Where the repo can be looked at; null until it exists.</summary>
    public string? RepoUrl { get; init; }

    public string? BaseCommit { get; init; }

    public string? CommitOid { get; init; }

    /// <summary>Counts trainings over the whole life of the record; jobs carry it, so no two attempts are mistaken for one another.</summary>
    public int JobAttempt { get; init; } = 1;

    /// <summary>The attempt that was the first with the present repo.</summary>
    public int FirstJobAttempt { get; init; } = 1;

    /// <summary>The service itself has started the training again once, after trouble that was nobody's fault.</summary>
    public bool Relaunched { get; init; }

    /// <summary>Starts asked for in this attempt.</summary>
    public int LaunchTries { get; init; }

    public JobSeen? Job { get; init; }

    /// <summary>Written before a job is asked for; with no job known, one may exist all the same.</summary>
    public DateTimeOffset? LaunchIntentAt { get; init; }

    /// <summary>When a look for that job found none for the first time.</summary>
    public DateTimeOffset? LaunchMissedAt { get; init; }

    public TrainingProgress? Progress { get; init; }

    public VerifiedWeights? Weights { get; init; }

    public DateTimeOffset? TrainedAt { get; init; }

    public string? FailureCode { get; init; }

    /// <summary>Of a failed identity: until then its repo is kept. Null when nothing is left on the Hub.</summary>
    public DateTimeOffset? RetainUntil { get; init; }

    public Consent? Consent { get; init; }

    /// <summary>The span of the request that accepted the work, for those who go on with it. Null where none was known.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The owner wants the training stopped; the job is cancelled before the record says so.</summary>
    public DateTimeOffset? CancelAskedAt { get; init; }

    /// <summary>When the Hub, asked with a token that counts, first had no such repo. Gone is what it says twice.</summary>
    public DateTimeOffset? MissingSince { get; init; }

    /// <summary>When the repo was first seen to be public.</summary>
    public DateTimeOffset? PublicSince { get; init; }

    /// <summary>When the removal of everything was decided.</summary>
    public DateTimeOffset? EndingSince { get; init; }

    /// <summary>When the Hub was last read for this record; word from a webhook soon after waits.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    public Lease? Lease { get; init; }

    /// <summary>When somebody should look at the record next.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When the upload, and later the training, counts as failed whatever the Hub says.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>Of the row this was read from.</summary>
    internal ETag Tag { get; init; }

    public bool Driven => State is IdentityState.Reserved or IdentityState.RepoReady or IdentityState.Uploaded or IdentityState.Committed || (IsOpen && HubRepoId is null);

    /// <summary>Takes photos, as soon as its repo is there.</summary>
    public bool IsOpen => State is IdentityState.Draft;

    public int PhotoCount => IsOpen ? DraftPhotos : Photos.Count;

    /// <summary>Something of it is, or may be, on the Hub.</summary>
    public bool Stored => State is not IdentityState.Failed || RetainUntil is not null;

    /// <summary>Photos and thumbnail, as they stand in the commit.</summary>
    internal IEnumerable<ManifestPhoto> Pictures => Thumbnail is { } thumbnail ? Photos.Append(thumbnail) : Photos;

    /// <summary>What is not of the person's own photos: it stays when those go.</summary>
    internal IEnumerable<ManifestPhoto> Made => Thumbnail is { } thumbnail ? Previews.Append(thumbnail) : Previews;

    /// <returns>Null while there is none.</returns>
    public ManifestPhoto? PreviewOf(string view) => State is IdentityState.Ready ? Previews.FirstOrDefault(picture => picture.Path == $"previews/{view}.jpg") : null;

    /// <summary>When the photos are to be removed; null when they stay, or are gone.</summary>
    internal DateTimeOffset? PhotosDueAt => this is { State: IdentityState.Ready, PhotosRemovedAt: null, TrainedAt: { } trained } ? Retention.EndsAt(trained) : null;

    /// <summary>The most that the job of its plan can cost.</summary>
    internal long CeilingMicroUsd => TrainingPrice.MicroUsd(Plan.Timeout, UsdPerHour ?? Plan.ListUsdPerHour);

    /// <summary>The thumbnail, while it can be had from the repo.</summary>
    internal ManifestPhoto? CommittedThumbnail => this is { CommitOid: not null, Stored: true, State: not (IdentityState.Compensating or IdentityState.Deleting) } ? Thumbnail : null;

    public long Bytes => Photos.Sum(photo => photo.Bytes);

    /// <summary>Trainings begun with the present repo.</summary>
    public int Trainings => JobAttempt - FirstJobAttempt + 1;

    /// <summary>What it is called in its repo: by its id alone where the repo was given a name that tells nothing.</summary>
    internal string? RepoCaption => RepoLayout.IsOpaque(this) ? null : NameInRepo;

    public string Summary => $"Upload training data for {RepoCaption ?? Id.ToString()} ({Photos.Count} images)";

    public override string ToString() => $"Identity {Id}";
}
