using TrainIdentity.HubEmulator.Jobs;

namespace TrainIdentity.Tests.Rig.Sim;

public enum Wish
{
    Nothing,
    Delete,
    Cancel,
    Retry,
    DeleteAccount,
}

/// <summary>The end of a host: at the nth boundary of this name that it comes to after so many seconds of the story.</summary>
internal sealed record Death(Moment Moment, string Name, int Nth = 1, double FromSecond = 0);

/// <summary>What happens to one upload of one user; all of it follows from the seed unless a test says otherwise.</summary>
internal sealed record StoryPlan
{
    private static readonly (string Name, JobPlay Play)[] Plays =
    [
        ("success", JobPlays.Succeed),
        ("success", JobPlays.Succeed),
        ("failure", JobPlays.FailWithResult()),
        ("error", JobPlays.ErrorWithoutResult()),
        ("hang", JobPlays.Hang),
        ("stuck", JobPlays.StuckInScheduling),
        ("no result", JobPlays.CompleteWithoutResult),
        ("bad weights", JobPlays.InvalidWeights),
    ];

    public required int Seed { get; init; }

    public required (string Name, JobPlay Play) Play { get; init; }

    /// <summary>Null sends none: the content is the key.</summary>
    public string? Key { get; init; }

    /// <summary>Whether the client sends the same request again when its answer does not come.</summary>
    public bool Repeats { get; init; }

    /// <summary>The photos come one by one into a draft, which is then closed.</summary>
    public bool Drafted { get; init; }

    /// <summary>The Hub loses a photo of the draft before it is closed.</summary>
    public bool Loses { get; init; }

    /// <summary>The draft has a thumbnail, too.</summary>
    public bool Pictured { get; init; }

    /// <summary>The Hub loses the thumbnail before the draft is closed.</summary>
    public bool LosesThumbnail { get; init; }

    /// <summary>When the user gives it another name; null for never.</summary>
    public TimeSpan? RenameAfter { get; init; }

    public Wish Wish { get; init; }

    public TimeSpan WishAfter { get; init; }

    /// <summary>When webhooks come.</summary>
    public IReadOnlyList<TimeSpan> News { get; init; } = [];

    /// <summary>Where the first host dies, then the second, and so on; the one after the last lives.</summary>
    public IReadOnlyList<Death> Deaths { get; init; } = [];

    /// <summary>How long the world goes on after everybody has stopped asking.</summary>
    public TimeSpan GoesOn { get; init; } = TimeSpan.FromHours(26);

    public static StoryPlan Of(int seed)
    {
        var random = new Random(seed);
        return new StoryPlan
        {
            Seed = seed,
            Play = Plays[random.Next(Plays.Length)],
            Key = random.Next(2) == 0 ? null : $"key-{seed}",
            Repeats = random.Next(3) > 0,
            Wish = (Wish)random.Next(5),
            WishAfter = TimeSpan.FromSeconds(random.NextDouble() * (random.Next(2) == 0 ? 20 : 1800)),
            News = [.. Enumerable.Range(0, random.Next(4)).Select(_ => TimeSpan.FromSeconds(random.NextDouble() * 900))],
            GoesOn = random.Next(16) switch
            {
                0 => TimeSpan.FromDays(32),
                1 or 2 => TimeSpan.FromDays(8),
                _ => TimeSpan.FromHours(26),
            },
            Drafted = random.Next(3) == 0,
            Loses = random.Next(4) == 0,
            Pictured = random.Next(2) == 0,
            LosesThumbnail = random.Next(4) == 0,
            RenameAfter = random.Next(2) == 0 ? null : TimeSpan.FromSeconds(random.NextDouble() * 1800),
        };
    }

    public override string ToString() =>
        $"job: {Play.Name}, key: {Key ?? "content"}, repeats: {Repeats}, wish: {Wish} after {WishAfter.TotalSeconds:F1} s, webhooks: {News.Count}, drafted: {Drafted}, loses: {Loses}, thumbnail: {Pictured}, lost: {LosesThumbnail}, renamed after {RenameAfter?.TotalSeconds:F1} s, deaths: {string.Join(", ", Deaths)}, goes on {GoesOn}";
}
