using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>
/// The one commit of an identity, built from its record alone: the same bytes today and tomorrow, so that anybody who
/// takes over can tell the commit when he sees it.
/// </summary>
internal static class RepoLayout
{
    public const string GitAttributesPath = ".gitattributes";
    public const string ThumbnailPath = "thumbnail.jpg";

    private const string Prefix = "identity-";

    /// <summary>Names for the repo of a new record, in the order in which they are tried. All are legal on the Hub.</summary>
    public static IEnumerable<string> Names(RepoNaming naming, IdentityId id, IdentityName name, DateTimeOffset now)
    {
        if (naming is RepoNaming.Opaque)
        {
            yield return $"{Prefix}{id}";
        }
        for (var millis = now.ToUnixTimeMilliseconds(); ; millis++)
        {
            yield return naming is RepoNaming.Opaque ? $"{Prefix}{id}-{millis}" : $"{Prefix}{name.Slug}-{millis}";
        }
    }

    /// <summary>Told by the record itself, so that a commit is rebuilt as it was whatever the setting has become.</summary>
    public static bool IsOpaque(Identity identity) => identity.Repo.Name.StartsWith($"{Prefix}{identity.Id}", StringComparison.Ordinal);

    /// <param name="gitAttributes">The text the repo has at the identity's base commit.</param>
    /// <param name="heads">First bytes of the photos, by oid; empty when the commit is rebuilt.</param>
    public static CommitPlan Plan(Identity identity, string gitAttributes, IReadOnlyDictionary<string, byte[]> heads) => new(
        identity.Summary,
        $"Record: {identity.Id}",
        identity.BaseCommit ?? throw new InvalidOperationException("A commit needs its base."),
        [
            new PlannedFile(GitAttributesPath, Encoding.UTF8.GetBytes(GitAttributes.WithOurs(gitAttributes))),
            new PlannedFile("training_config.json", TrainingConfig(identity)),
            new PlannedFile("README.md", Encoding.UTF8.GetBytes(ModelCard.Write(identity))),
        ],
        [.. identity.Pictures.Select(photo => new PlannedLfsFile(photo.Path, photo.Oid, photo.Bytes, heads.GetValueOrDefault(photo.Oid, [])))]);

    private static byte[] TrainingConfig(Identity identity) => JsonSerializer.SerializeToUtf8Bytes(
        new TrainingConfigFile(
            identity.RepoCaption, identity.Photos.Count, identity.CreatedAt.UtcDateTime.ToString("O"), IsOpaque(identity) ? null : identity.UserId, identity.Plan.ModelType,
            TrainingParamsFile.Of(identity.Plan),
            identity.Id.ToString(), $"{identity.Plan.Profile}@{identity.Plan.ProfileVersion}", identity.Plan.BaseModel, identity.Plan.BaseRevision,
            identity.Plan.Trigger, identity.Plan.ClassWord,
            [.. identity.Photos.Select(photo => new PhotoFile(photo.Path, photo.Oid, photo.Bytes, photo.Width, photo.Height))]),
        LayoutJson.Default.TrainingConfigFile);
}

internal sealed record TrainingConfigFile(
    string? IdentityName, int NumImages, string CreatedAt, string? UserId, string ModelType, TrainingParamsFile TrainingParams,
    string IdentityId, string Profile, string BaseModel, string BaseRevision, string Trigger, string ClassWord, IReadOnlyList<PhotoFile> Images);

/// <summary>The original's three, and the rest of what a trainer needs to know.</summary>
internal sealed record TrainingParamsFile(
    int Steps, double LearningRate, int Resolution, int Rank, int Alpha, double Guidance, string Optimizer, int Batch, int Accumulation, string Scheduler, int WarmupSteps,
    int SequenceLength, int Seed)
{
    public static TrainingParamsFile Of(TrainingPlan plan) => new(
        plan.Steps, plan.LearningRate, plan.Resolution, plan.Rank, plan.Alpha, plan.Guidance, plan.Optimizer, plan.Batch, plan.Accumulation, plan.Scheduler, plan.WarmupSteps,
        plan.SequenceLength, plan.Seed);
}

internal sealed record PhotoFile(string Path, string Sha256, long Bytes, int Width, int Height);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrainingConfigFile))]
internal sealed partial class LayoutJson : JsonSerializerContext;
