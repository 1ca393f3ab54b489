namespace TrainIdentity.Identities;

public sealed class LeaseOptions
{
    /// <summary>A driver that dies is followed by another after this time.</summary>
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>What a commit leaves unused of its lease.</summary>
    public TimeSpan Margin { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan Heartbeat => Duration / 4;

    public IEnumerable<string> Faults() => new SettingBounds("Lease")
        .Of(Duration, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1))
        .Of(Margin, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10))
        .When(Margin >= Duration, "Lease__Margin must be shorter than Lease__Duration.")
        .Faults;

    /// <summary>A commit may not outlive the lease it runs under.</summary>
    public TimeSpan CallTimeout(TimeSpan wished) =>
        TimeSpan.FromTicks(Math.Max(TimeSpan.FromSeconds(5).Ticks, Math.Min(wished.Ticks, (Duration - Margin).Ticks)));
}

/// <summary>When a training is looked at, besides the webhook.</summary>
public sealed class WatchOptions
{
    public TimeSpan First { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan Longest { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A finished identity's repo is looked at this often: is it there, and private?</summary>
    public TimeSpan Settled { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Least time between two looks at one record because of webhooks.</summary>
    public TimeSpan NewsEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>From the first time the Hub has no such repo until its second word counts.</summary>
    public TimeSpan MissingFor { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A repo that cannot be made private for so long is removed.</summary>
    public TimeSpan PublicFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>For so long after a launch its job is compared with those of the same labels, and surplus ones are cancelled.</summary>
    public TimeSpan SurplusFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Lifts the daily limit on repos that may be concluded gone. An operator sets it who knows that they are.</summary>
    public bool GoneWithoutLimit { get; set; }

    /// <summary>Least time between two reads of a job's log for its progress.</summary>
    public TimeSpan ProgressEvery { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<string> Faults() => new SettingBounds("Watch")
        .Of(First, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1))
        .Of(Longest, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(7))
        .Of(Settled, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30))
        .Of(NewsEvery, TimeSpan.Zero, TimeSpan.FromHours(1))
        .Of(MissingFor, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
        .Of(PublicFor, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7))
        .Of(SurplusFor, TimeSpan.Zero, TimeSpan.FromDays(1))
        .Of(ProgressEvery, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
        .Faults;

    /// <summary>Half of what has passed already, within bounds.</summary>
    public TimeSpan Next(TimeSpan sinceLaunch) =>
        TimeSpan.FromTicks(Math.Clamp((sinceLaunch / 2).Ticks, First.Ticks, Math.Max(First.Ticks, Longest.Ticks)));
}

public sealed class IntakeOptions
{
    /// <summary>The photos of a draft are numbered 1 to 40, and all of them are written off in one transaction.</summary>
    private const int MostPhotos = 40;

    public int MinPhotos { get; set; } = 3;

    public int MaxPhotos { get; set; } = 40;

    /// <summary>A request that has not finished by then is answered; the load balancer cuts at 230 s.</summary>
    public TimeSpan SoftDeadline { get; set; } = TimeSpan.FromSeconds(200);

    /// <summary>A claim whose record never came, or an upload whose client never came back, is cleared after this time.</summary>
    public TimeSpan AbandonedAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>A draft is given up when nothing has come for so long.</summary>
    public TimeSpan DraftKept { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The record must follow its claim within this time, or the claim may be cleared under it.</summary>
    public TimeSpan ReserveWithin { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Without an idempotency key the content is the key for this long.</summary>
    public TimeSpan ContentKeyKept { get; set; } = TimeSpan.FromHours(24);

    public TimeSpan KeyKept { get; set; } = TimeSpan.FromDays(30);

    /// <summary>From the reservation until an upload that has not got to its training counts as failed.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromHours(2);

    public int MaxAttempts { get; set; } = 5;

    /// <summary>Troubles in a row, ever further apart, that an upload without its client may meet.</summary>
    public int MaxTries { get; set; } = 8;

    /// <summary>Job starts asked for in one attempt; those whose fate is unknown count.</summary>
    public int MaxLaunchTries { get; set; } = 6;

    public IEnumerable<string> Faults() => new SettingBounds("Intake")
        .Of(MinPhotos, 1, MostPhotos)
        .Of(MaxPhotos, 1, MostPhotos)
        .Of(SoftDeadline, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(220))
        .Of(AbandonedAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7))
        .Of(DraftKept, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30))
        .Of(ReserveWithin, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
        .Of(ContentKeyKept, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30))
        .Of(KeyKept, TimeSpan.FromHours(1), TimeSpan.FromDays(365))
        .Of(Deadline, TimeSpan.FromSeconds(10), TimeSpan.FromDays(7))
        .Of(MaxAttempts, 1, 100)
        .Of(MaxTries, 1, 1000)
        .Of(MaxLaunchTries, 1, 100)
        .When(MinPhotos > MaxPhotos, "Intake__MinPhotos must be no more than Intake__MaxPhotos.")
        .Faults;
}
