namespace TrainIdentity.Training;

/// <summary>
/// A named, versioned set of training values. It is data: <c>profiles.json</c> holds the built-in ones and
/// <see cref="TrainingOptions.Profiles"/> an operator's own, in the same form.
/// </summary>
public sealed record TrainingProfile
{
    public const int MaxSteps = 4000;

    private static readonly string[] Optimizers = ["adamw", "adamw-8bit", "prodigy"];
    private static readonly string[] Schedulers = ["linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup"];

    public required string Name { get; init; }

    /// <summary>Grows whenever a value changes; jobs and results carry it.</summary>
    public required int Version { get; init; }

    public required string BaseModel { get; init; }

    /// <summary>A commit of the base model, so that the same profile trains on the same bytes tomorrow.</summary>
    public required string BaseRevision { get; init; }

    /// <summary>Its licence has to be accepted on the Hub by the account whose token the job is given.</summary>
    public bool Gated { get; init; }

    /// <summary>As the Hub names it (<c>license_name</c> of a model card).</summary>
    public required string License { get; init; }

    public required string LicenseLink { get; init; }

    /// <summary>Null where the number of photos decides.</summary>
    public int? Steps { get; init; }

    public int StepsPerPhoto { get; init; }

    public int LeastSteps { get; init; }

    public int MostSteps { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>Side of the squares trained on, in pixels.</summary>
    public required int Resolution { get; init; }

    public required int Rank { get; init; }

    public required int Alpha { get; init; }

    public required double Guidance { get; init; }

    public required string Optimizer { get; init; }

    public required int Batch { get; init; }

    public required int Accumulation { get; init; }

    public required string Scheduler { get; init; }

    public required int WarmupSteps { get; init; }

    public required int SequenceLength { get; init; }

    public required int Seed { get; init; }

    /// <summary>Whether the job draws the four views when it has trained; its hardware must have room for that.</summary>
    public bool Previews { get; init; }

    /// <summary>The Hub's name for the hardware.</summary>
    public required string Flavor { get; init; }

    /// <summary>What that hardware costs by the Hub's list, used only while the live price cannot be had.</summary>
    public required decimal ListUsdPerHour { get; init; }

    /// <summary>From a job's start to its result: the upper end of an estimate, the base model's download included.</summary>
    public required int UsualMinutes { get; init; }

    /// <summary>The job is stopped then: the ceiling of its cost.</summary>
    public required int TimeoutMinutes { get; init; }

    public int StepsFor(int photos) => Steps ?? Math.Clamp(StepsPerPhoto * photos, LeastSteps, MostSteps);

    public IEnumerable<string> Faults()
    {
        (bool Fine, string Rule)[] rules =
        [
            (Name.Length is > 0 and <= 40 && Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-'), "name is at most 40 lower-case letters, digits and hyphens"),
            (Version is >= 1 and <= 9999, "version is from 1 to 9999"),
            (Hub.RepoId.TryParse(BaseModel, out _), "base_model is a model's name on the Hub, such as black-forest-labs/FLUX.1-dev"),
            (Hub.GitObjects.IsCommitId(BaseRevision), "base_revision is a commit of the base model, 40 hex digits"),
            (License.Length > 0 && Uri.TryCreate(LicenseLink, UriKind.Absolute, out var link) && link.Scheme == Uri.UriSchemeHttps, "license and license_link, an https address, must be given"),
            (Steps is null or (>= 300 and <= MaxSteps), $"steps is from 300 to {MaxSteps}, or null"),
            (Steps is not null || (StepsPerPhoto > 0 && LeastSteps >= 300 && MostSteps >= LeastSteps && MostSteps <= MaxSteps), $"without steps, steps_per_photo, least_steps and most_steps (300 to {MaxSteps}) must be given"),
            (LearningRate is > 0 and <= 2, "learning_rate is above 0 and at most 2"),
            (Resolution is >= 256 and <= 2048 && Resolution % 64 == 0, "resolution is a multiple of 64 from 256 to 2048"),
            (Rank is >= 1 and <= 256 && Alpha is >= 1 and <= 256, "rank and alpha are from 1 to 256"),
            (Guidance is >= 0 and <= 20, "guidance is from 0 to 20"),
            (Optimizers.Contains(Optimizer), $"optimizer is one of {string.Join(", ", Optimizers)}"),
            (Schedulers.Contains(Scheduler), $"scheduler is one of {string.Join(", ", Schedulers)}"),
            (Batch is >= 1 and <= 16 && Accumulation is >= 1 and <= 64, "batch is from 1 to 16 and accumulation from 1 to 64"),
            (WarmupSteps is >= 0 and <= MaxSteps, $"warmup_steps is from 0 to {MaxSteps}"),
            (SequenceLength is >= 16 and <= 512, "sequence_length is from 16 to 512"),
            (Seed >= 0, "seed is not negative"),
            (Flavor.Length > 0, "flavor names the hardware"),
            (ListUsdPerHour is >= 0 and <= 1000, "list_usd_per_hour is from 0 to 1000"),
            (TimeoutMinutes is >= 1 and <= 1440 && UsualMinutes >= 1 && UsualMinutes <= TimeoutMinutes, "timeout_minutes is from 1 to 1440, and usual_minutes no more than that"),
        ];
        return rules.Where(rule => !rule.Fine).Select(rule => $"Profile {Name}: {rule.Rule}.");
    }
}
