using CsCheck;

namespace TrainIdentity.Tests.Reliability;

internal enum Act
{
    /// <summary>A user sends photos: which user, which key and which photos is in the number.</summary>
    Post,
    Wait,
    News,
    Delete,
    Cancel,
    Retry,
    DeleteAccount,

    /// <summary>The host will die after so many more operations.</summary>
    Crash,

    /// <summary>Calls to the Hub fail for a while, before or after their effect.</summary>
    Trouble,
    RevokeToken,
    RestoreToken,

    /// <summary>Somebody opens a repo to the public, by hand.</summary>
    MakePublic,

    /// <summary>Somebody deletes a repo, by hand.</summary>
    DeleteRepo,

    OpenDraft,
    PutPhoto,
    PutThumbnail,
    TakePhoto,
    CloseDraft,

    /// <summary>The Hub forgets an object of a draft that nobody has committed.</summary>
    LosePhoto,

    Rename,

    /// <summary>How the jobs started from now on will go.</summary>
    ChoosePlay,
}

/// <summary>One thing that somebody does, or that happens.</summary>
internal readonly record struct ModelMove(Act Act, int Number)
{
    /// <summary>What users do comes more often than what goes wrong.</summary>
    public static Gen<ModelMove[]> Sequences { get; } = Gen.Select(
        Gen.Frequency(
            (6, Gen.Const(Act.Post)), (6, Gen.Const(Act.Wait)), (2, Gen.Const(Act.News)), (2, Gen.Const(Act.Delete)), (2, Gen.Const(Act.Cancel)),
            (2, Gen.Const(Act.Retry)), (1, Gen.Const(Act.DeleteAccount)), (3, Gen.Const(Act.Crash)), (1, Gen.Const(Act.Trouble)),
            (1, Gen.Const(Act.RevokeToken)), (1, Gen.Const(Act.RestoreToken)), (1, Gen.Const(Act.MakePublic)), (1, Gen.Const(Act.DeleteRepo)),
            (2, Gen.Const(Act.ChoosePlay)), (3, Gen.Const(Act.OpenDraft)), (8, Gen.Const(Act.PutPhoto)), (2, Gen.Const(Act.PutThumbnail)), (2, Gen.Const(Act.Rename)), (1, Gen.Const(Act.TakePhoto)),
            (3, Gen.Const(Act.CloseDraft)), (1, Gen.Const(Act.LosePhoto))),
        Gen.Int[0, 999],
        (act, number) => new ModelMove(act, number)).Array[1, 60];

    public override string ToString() => $"{Act} {Number}";
}
