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
}

/// <summary>Either the identity as it stands, or a problem.</summary>
public sealed record IntakeOutcome
{
    public Identity? Identity { get; private init; }

    public IntakeProblem? Problem { get; private init; }

    /// <summary>True when an earlier request did the work.</summary>
    public bool Replayed { get; private init; }

    public static IntakeOutcome Of(Identity identity, bool replayed) => new() { Identity = identity, Replayed = replayed };

    public static IntakeOutcome Of(IntakeProblem problem) => new() { Problem = problem };
}
