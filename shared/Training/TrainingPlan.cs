using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrainIdentity.Training;

/// <summary>Everything the trainer needs to know, fixed when the identity is recorded.</summary>
public sealed record TrainingPlan
{
    public const string DefaultClassWord = "person";
    public const int MaxClassWordChars = 40;

    private const string TriggerLetters = "bcdfghjkmnpqrstvwxz";

    public string ModelType { get; init; } = "flux-lora";

    public required string Profile { get; init; }

    public required int ProfileVersion { get; init; }

    public required string BaseModel { get; init; }

    public required string BaseRevision { get; init; }

    public required string License { get; init; }

    public required string LicenseLink { get; init; }

    public bool Gated { get; init; }

    /// <summary>Of a draft whose profile counts photos: provisional until it is closed.</summary>
    public required int Steps { get; init; }

    /// <summary>0 where the profile says how many steps; then it and its bounds are left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int StepsPerPhoto { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int LeastSteps { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MostSteps { get; init; }

    public required double LearningRate { get; init; }

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

    public bool Previews { get; init; }

    public required string Flavor { get; init; }

    public required decimal ListUsdPerHour { get; init; }

    public required int UsualMinutes { get; init; }

    public required int TimeoutMinutes { get; init; }

    /// <summary>Stands for the person in prompts; opaque, so that it collides with no word the base model knows and names nobody.</summary>
    public required string Trigger { get; init; }

    public required string ClassWord { get; init; }

    /// <summary>It stands in every prompt: a few plain words.</summary>
    public static bool IsClassWord(string text) =>
        text.Length is > 0 and <= MaxClassWordChars && text.All(c => c is ' ' || char.IsAsciiLetterLower(c)) && text == text.Trim();

    /// <summary>What stands for the person in any prompt.</summary>
    [JsonIgnore]
    public string Who => $"{Trigger} {ClassWord}";

    [JsonIgnore]
    public string InstancePrompt => $"a photo of {Who}";

    [JsonIgnore]
    public TimeSpan Timeout => TimeSpan.FromMinutes(TimeoutMinutes);

    public static TrainingPlan From(TrainingProfile profile, string classWord, int photos) => new()
    {
        Profile = profile.Name,
        ProfileVersion = profile.Version,
        BaseModel = profile.BaseModel,
        BaseRevision = profile.BaseRevision,
        License = profile.License,
        LicenseLink = profile.LicenseLink,
        Gated = profile.Gated,
        Steps = profile.StepsFor(photos),
        StepsPerPhoto = profile.Steps is null ? profile.StepsPerPhoto : 0,
        LeastSteps = profile.LeastSteps,
        MostSteps = profile.MostSteps,
        LearningRate = profile.LearningRate,
        Resolution = profile.Resolution,
        Rank = profile.Rank,
        Alpha = profile.Alpha,
        Guidance = profile.Guidance,
        Optimizer = profile.Optimizer,
        Batch = profile.Batch,
        Accumulation = profile.Accumulation,
        Scheduler = profile.Scheduler,
        WarmupSteps = profile.WarmupSteps,
        SequenceLength = profile.SequenceLength,
        Seed = profile.Seed,
        Previews = profile.Previews,
        Flavor = profile.Flavor,
        ListUsdPerHour = profile.ListUsdPerHour,
        UsualMinutes = profile.UsualMinutes,
        TimeoutMinutes = profile.TimeoutMinutes,
        Trigger = RandomNumberGenerator.GetString(TriggerLetters, 4) + RandomNumberGenerator.GetInt32(10),
        ClassWord = classWord,
    };

    /// <summary>The same for the photos there are in the end.</summary>
    public TrainingPlan For(int photos) => StepsPerPhoto > 0 ? this with { Steps = Math.Clamp(StepsPerPhoto * photos, LeastSteps, MostSteps) } : this;

    public string ToJson() => JsonSerializer.Serialize(this, TrainingJson.Default.TrainingPlan);

    public static TrainingPlan FromJson(string json) =>
        JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingPlan) ?? throw new JsonException("An empty training plan.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TrainingPlan))]
[JsonSerializable(typeof(TrainingResult))]
internal sealed partial class TrainingJson : JsonSerializerContext;

/// <summary>Of a file that people write: what is not known is a mistake.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TrainingProfile))]
internal sealed partial class ProfileJson : JsonSerializerContext;
