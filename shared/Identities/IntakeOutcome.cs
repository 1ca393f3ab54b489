namespace TrainIdentity.Identities;

/// <summary>What is wrong with a request, before or instead of any effect.</summary>
public enum IntakeProblem
{
    NameRequired,
    NameInvalid,
    TooFewImages,
    TooManyImages,
    NotEnoughDistinctImages,
    KeyReused,
    InProgress,
    TimedOut,

    /// <summary>What the key stood for was erased; it is never brought back.</summary>
    Erased,

    OverQuota,

    /// <summary>No training is started for anybody just now.</summary>
    Paused,

    /// <summary>The caller has no such identity.</summary>
    NotFound,

    /// <summary>A draft has no photo of this number.</summary>
    NoSuchPhoto,

    /// <summary>It is no open draft any more.</summary>
    Closed,

    /// <summary>The Hub has lost photos of the draft; the identity says which.</summary>
    PhotosMissing,
}

/// <summary>What became of a request.</summary>
public sealed record IntakeOutcome
{
    /// <summary>As it stands; with a problem, where it helps to tell it.</summary>
    public Identity? Identity { get; private init; }

    public IntakeProblem? Problem { get; private init; }

    /// <summary>Which quota, with <see cref="IntakeProblem.OverQuota"/>.</summary>
    public QuotaLimit? Over { get; private init; }

    /// <summary>When trying again may help, where that is known.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>True when an earlier request did the work.</summary>
    public bool Replayed { get; private init; }

    public static IntakeOutcome Of(Identity identity, bool replayed) => new() { Identity = identity, Replayed = replayed };

    public static IntakeOutcome Of(IntakeProblem problem, Identity? identity = null) => new() { Problem = problem, Identity = identity };

    public static IntakeOutcome Of(QuotaLimit over, TimeSpan? retryAfter) => new() { Problem = IntakeProblem.OverQuota, Over = over, RetryAfter = retryAfter };

    public static IntakeOutcome Paused(TimeSpan retryAfter) => new() { Problem = IntakeProblem.Paused, RetryAfter = retryAfter };
}
