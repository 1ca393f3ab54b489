using System.Globalization;
using TrainIdentity.Hub;

namespace TrainIdentity.Training;

/// <summary>Which training of which identity.</summary>
/// <param name="Identity">The public id; it names nobody.</param>
/// <param name="HasThumbnail">Without one, the job makes it.</param>
public sealed record TrainingRun(string Identity, int Attempt, RepoId Repo, string Revision, TrainingPlan Plan, bool HasThumbnail)
{
    /// <summary>Of the request that accepted it (W3C trace context), for a trainer that reports spans of its own. Null where none is known.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>Builds the job of a run. Environment, command and labels can be read on the job's page: ids and the repo's name alone, which tells whose it is unless repos are named opaquely.</summary>
/// <param name="hub">Where the runner finds the Hub.</param>
public sealed class TrainingJob(TrainingOptions options, string environment, Uri hub)
{
    private const string Mount = "/data";

    /// <summary>A job belongs to a run when it carries both; the attempt keeps an old job from being taken for a new one.</summary>
    public static IReadOnlyDictionary<string, string> Key(string identity, int attempt) => new Dictionary<string, string>
    {
        ["identity"] = identity,
        ["attempt"] = attempt.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Of all attempts of an identity.</summary>
    public static IReadOnlyDictionary<string, string> Key(string identity) => new Dictionary<string, string> { ["identity"] = identity };

    public static bool IsOf(HubJob job, int attempt) =>
        job.Labels.TryGetValue("attempt", out var label) && label == attempt.ToString(CultureInfo.InvariantCulture);

    public static bool IsLater(HubJob job, int attempt) =>
        job.Labels.TryGetValue("attempt", out var label) && int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var its) && its > attempt;

    private static Dictionary<string, string> Trace(TrainingRun run) => run.TraceParent is { } parent ? new() { ["TRACEPARENT"] = parent } : [];

    public HubJobSpec Spec(TrainingRun run, string trainerToken) => new()
    {
        Image = options.Image,
        Command = options.CommandOrDefault,
        Environment = new Dictionary<string, string>(Trace(run))
        {
            ["IDT_REPO"] = run.Repo.ToString(),
            ["IDT_REVISION"] = run.Revision,
            ["IDT_DATA"] = Mount,
            ["IDT_IDENTITY"] = run.Identity,
            ["IDT_ATTEMPT"] = run.Attempt.ToString(CultureInfo.InvariantCulture),
            ["IDT_PROFILE"] = $"{run.Plan.Profile}@{run.Plan.ProfileVersion}",
            ["IDT_STEPS"] = run.Plan.Steps.ToString(CultureInfo.InvariantCulture),
            ["IDT_LEARNING_RATE"] = run.Plan.LearningRate.ToString("R", CultureInfo.InvariantCulture),
            ["IDT_RESOLUTION"] = run.Plan.Resolution.ToString(CultureInfo.InvariantCulture),
            ["IDT_RANK"] = run.Plan.Rank.ToString(CultureInfo.InvariantCulture),
            ["IDT_ALPHA"] = run.Plan.Alpha.ToString(CultureInfo.InvariantCulture),
            ["IDT_GUIDANCE"] = run.Plan.Guidance.ToString("R", CultureInfo.InvariantCulture),
            ["IDT_OPTIMIZER"] = run.Plan.Optimizer,
            ["IDT_BATCH"] = run.Plan.Batch.ToString(CultureInfo.InvariantCulture),
            ["IDT_ACCUMULATION"] = run.Plan.Accumulation.ToString(CultureInfo.InvariantCulture),
            ["IDT_SCHEDULER"] = run.Plan.Scheduler,
            ["IDT_WARMUP"] = run.Plan.WarmupSteps.ToString(CultureInfo.InvariantCulture),
            ["IDT_SEQUENCE"] = run.Plan.SequenceLength.ToString(CultureInfo.InvariantCulture),
            ["IDT_SEED"] = run.Plan.Seed.ToString(CultureInfo.InvariantCulture),
            ["IDT_PREVIEWS"] = run.Plan.Previews ? "1" : "0",
            ["IDT_THUMBNAIL"] = run.HasThumbnail ? "0" : "1",
            ["IDT_TRIGGER"] = run.Plan.Trigger,
            ["IDT_CLASS"] = run.Plan.ClassWord,
            ["IDT_BASE_MODEL"] = run.Plan.BaseModel,
            ["IDT_BASE_REVISION"] = run.Plan.BaseRevision,
            ["IDT_TIMEOUT_SECONDS"] = ((int)run.Plan.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            ["IDT_RUNNER_B64"] = Runner.Base64,
            ["HF_ENDPOINT"] = hub.GetLeftPart(UriPartial.Authority),
            ["HF_HUB_DISABLE_TELEMETRY"] = "1",
        },
        Secrets = new Dictionary<string, string> { ["HF_TOKEN"] = trainerToken },
        Flavor = run.Plan.Flavor,
        Timeout = run.Plan.Timeout,
        Labels = new Dictionary<string, string>(Key(run.Identity, run.Attempt))
        {
            ["app"] = "train-identity",
            ["env"] = environment,
            ["profile"] = run.Plan.Profile,
        },
        Input = run.Repo,
        InputRevision = run.Revision,
        InputMount = Mount,
    };
}
