namespace TrainIdentity.Training;

public enum TrainingMode
{
    /// <summary>A Hugging Face job is started for every identity.</summary>
    Jobs,

    /// <summary>Nothing is started: somebody else's trainer puts <c>pytorch_lora_weights.safetensors</c> into the repo.</summary>
    External,
}

public sealed class TrainingOptions
{
    public TrainingMode Mode { get; set; } = TrainingMode.Jobs;

    /// <summary>The trainer's container image, by digest: what runs with the photos must not change under its name.</summary>
    public string Image { get; set; } = "";

    /// <summary>Instead of the runner that is sent along.</summary>
    public List<string> Command { get; set; } = [];

    /// <summary>More profiles, or others in place of built-in ones: a JSON list in the form of <c>profiles.json</c>.</summary>
    public string Profiles { get; set; } = "";

    /// <summary>For requests that name none.</summary>
    public string DefaultProfile { get; set; } = TrainingProfiles.Original.Name;

    /// <summary>Hardware for every training; null leaves it to the profile.</summary>
    public string? Flavor { get; set; }

    /// <summary>For every training, in whole minutes; null leaves it to the profile. The Hub's own default would stop a job after 30 minutes.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>How long a job may wait for hardware before it counts as lost.</summary>
    public TimeSpan QueueTime { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Beyond its timeout, a running job gets this long to show its result.</summary>
    public TimeSpan Overtime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>From the end of the job until a missing result counts as missing.</summary>
    public TimeSpan ResultGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The operator's switch: accepts nothing new and starts no job. <c>pause</c> does the same without a restart.</summary>
    public bool Paused { get; set; }

    /// <summary>Job starts a day, all users together, counted in UTC.</summary>
    public int StartsPerDay { get; set; } = 100;

    /// <summary>What the job starts of a day may cost at the most, all users together, in US dollars; null sets no limit besides their number.</summary>
    public decimal? UsdPerDay { get; set; }

    /// <summary>Components of the preflight, separated by blanks, that do not keep anybody from training.</summary>
    public string PreflightIgnored { get; set; } = "";

    /// <summary>What the namespace may hold in private repos; null takes what its plan includes.</summary>
    public long? PrivateStorageBytes { get; set; }

    /// <summary>Nothing new is accepted while less than this is left of it: a largest set of photos, and room for the trainings under way.</summary>
    public long PrivateStorageReserveBytes { get; set; } = 5_000_000_000;

    /// <summary>Trainings one set of photos may have in all, the service's own second try included.</summary>
    public int MaxTrainings { get; set; } = 3;

    public TimeSpan ExternalDeadline { get; set; } = TimeSpan.FromDays(7);

    /// <summary>A failed identity keeps its repo this long, so that it can be tried again without new photos.</summary>
    public TimeSpan FailedKept { get; set; } = TimeSpan.FromDays(7);

    public IReadOnlyList<string> CommandOrDefault => Command.Count > 0 ? Command : Runner.Command;

    /// <summary>Without an image no job can be started; the service starts all the same and says so.</summary>
    public bool Configured => Mode is TrainingMode.External || Image.Length > 0;

    public IEnumerable<string> Faults(bool local)
    {
        if (Image.Length > 0 && !local && !Image.Contains("@sha256:", StringComparison.Ordinal))
        {
            yield return "Training__Image must name its digest, as in registry.example/trainer@sha256:….";
        }
        if (Flavor is { Length: > 0 } && string.IsNullOrWhiteSpace(Flavor))
        {
            yield return "Training__Flavor must name the hardware.";
        }
        foreach (var fault in new SettingBounds("Training")
            .Of(Timeout ?? TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), nameof(Timeout))
            .Of(QueueTime, TimeSpan.Zero, TimeSpan.FromDays(7))
            .Of(Overtime, TimeSpan.FromHours(-1), TimeSpan.FromDays(1))
            .Of(ResultGrace, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
            .Of(StartsPerDay, 0, 1_000_000)
            .Of(MaxTrainings, 1, 100)
            .Of(ExternalDeadline, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365))
            .Of(FailedKept, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365))
            .Of(PrivateStorageBytes ?? 1, 1, 1_000_000_000_000_000, nameof(PrivateStorageBytes))
            .Of(PrivateStorageReserveBytes, 0, 1_000_000_000_000_000)
            .When(UsdPerDay < 0, "Training__UsdPerDay must not be negative.")
            .When(Timeout + Overtime <= TimeSpan.Zero, "Training__Overtime must leave something of Training__Timeout.")
            .Faults.Concat(TrainingProfiles.Faults(this)))
        {
            yield return fault;
        }
    }
}
