namespace TrainIdentity.LocalHost;

/// <summary>What a user will do about one wish, drawn before anything happens, so that the seed alone decides it.</summary>
internal sealed record Whim
{
    private const int SoonMilliseconds = 1_500;
    private const int LateMilliseconds = 6_000;

    private Whim(Random random)
    {
        Json = random.Next(2) is 0;
        CutAfter = Sometimes(random, 12, 400);
        NeverBack = random.Next(100) < 6;
        EraseAfter = Sometimes(random, 25, LateMilliseconds);
        EraseTwice = random.Next(2) is 0;
        CancelAfter = Sometimes(random, 15, LateMilliseconds);
        RetryAfter = Sometimes(random, 30, LateMilliseconds);
        AskAgain = random.Next(100) < 20;
        OtherPhotos = random.Next(100) < 15;
        Pause = TimeSpan.FromMilliseconds(random.Next(SoonMilliseconds));
    }

    /// <summary>Whether the first try is the original's JSON; tries take turns with forms.</summary>
    public bool Json { get; }

    /// <summary>When the first try is broken off on the user's side.</summary>
    public TimeSpan? CutAfter { get; }

    /// <summary>Whether the user leaves after the first try.</summary>
    public bool NeverBack { get; }

    public TimeSpan? EraseAfter { get; }

    public bool EraseTwice { get; }

    public TimeSpan? CancelAfter { get; }

    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the same request is sent once more after a yes.</summary>
    public bool AskAgain { get; }

    /// <summary>Whether the key is used once more, for other photos.</summary>
    public bool OtherPhotos { get; }

    /// <summary>Until the next wish.</summary>
    public TimeSpan Pause { get; }

    public static Whim Draw(Random random) => new(random);

    private static TimeSpan? Sometimes(Random random, int percent, int mostMilliseconds)
    {
        var (drawn, after) = (random.Next(100), random.Next(mostMilliseconds));
        return drawn < percent ? TimeSpan.FromMilliseconds(after) : null;
    }
}
