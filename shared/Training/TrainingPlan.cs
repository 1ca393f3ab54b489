using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrainIdentity.Training;

/// <summary>A named, versioned set of training values.</summary>
public sealed record TrainingProfile(
    string Name, int Version, string BaseModel, string BaseRevision, string License, string LicenseLink, int Steps, double LearningRate, int Resolution, int Rank)
{
    /// <summary>From a job's start to its result on hardware that is fit for it: the upper end of an estimate, the base model's download included.</summary>
    public required TimeSpan UsualTime { get; init; }

    /// <summary>All that may be asked for by name.</summary>
    public static IReadOnlyList<TrainingProfile> All => [Flux512];

    /// <summary>The original's values: 1000 steps, 4e-4, 512 pixels.</summary>
    public static TrainingProfile Flux512 { get; } = new(
        "flux-512", 1, "black-forest-labs/FLUX.1-dev", "main", "flux-1-dev-non-commercial-license",
        "https://huggingface.co/black-forest-labs/FLUX.1-dev/blob/main/LICENSE.md", 1000, 0.0004, 512, 16)
    {
        UsualTime = TimeSpan.FromMinutes(35),
    };
}

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

    public required int Steps { get; init; }

    public required double LearningRate { get; init; }

    public required int Resolution { get; init; }

    public required int Rank { get; init; }

    /// <summary>Stands for the person in prompts; opaque, so that it collides with no word the base model knows and names nobody.</summary>
    public required string Trigger { get; init; }

    public required string ClassWord { get; init; }

    /// <summary>It stands in every prompt: a few plain words.</summary>
    public static bool IsClassWord(string text) =>
        text.Length is > 0 and <= MaxClassWordChars && text.All(c => c is ' ' || char.IsAsciiLetterLower(c)) && text == text.Trim();

    [JsonIgnore]
    public string InstancePrompt => $"a photo of {Trigger} {ClassWord}";

    public static TrainingPlan From(TrainingProfile profile, string classWord) => new()
    {
        Profile = profile.Name,
        ProfileVersion = profile.Version,
        BaseModel = profile.BaseModel,
        BaseRevision = profile.BaseRevision,
        License = profile.License,
        LicenseLink = profile.LicenseLink,
        Steps = profile.Steps,
        LearningRate = profile.LearningRate,
        Resolution = profile.Resolution,
        Rank = profile.Rank,
        Trigger = RandomNumberGenerator.GetString(TriggerLetters, 4) + RandomNumberGenerator.GetInt32(10),
        ClassWord = classWord,
    };

    public string ToJson() => JsonSerializer.Serialize(this, TrainingJson.Default.TrainingPlan);

    public static TrainingPlan FromJson(string json) =>
        JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingPlan) ?? throw new JsonException("An empty training plan.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TrainingPlan))]
[JsonSerializable(typeof(TrainingResult))]
internal sealed partial class TrainingJson : JsonSerializerContext;
