using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrainIdentity.Functions.Http;

internal sealed record TrainAnswer(bool Success, string RepoId, string ModelUrl, string IdentityId, string Status);

internal sealed record ListAnswer(IReadOnlyList<IdentityView> Identities, string? NextCursor);

internal sealed record PhotosAnswer(IReadOnlyList<StoredPhotoView> Photos);

internal sealed record HealthAnswer(string Status, string Version);

internal sealed record ReadyAnswer(string Status, IReadOnlyDictionary<string, string> Components);

internal sealed record WebhookAnswer(bool Success);

/// <summary>What the Functions host expects of a trigger; an empty answer would hang it until its timeout.</summary>
internal sealed record TriggerAnswer(
    [property: JsonPropertyName("Outputs")] IReadOnlyDictionary<string, string> Outputs,
    [property: JsonPropertyName("Logs")] IReadOnlyList<string> Logs,
    [property: JsonPropertyName("ReturnValue")] string? ReturnValue);

// object is asked for by what the framework makes of each handler, though none answers with one.
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(object))]
[JsonSerializable(typeof(TrainAnswer))]
[JsonSerializable(typeof(ListAnswer))]
[JsonSerializable(typeof(IdentityView))]
[JsonSerializable(typeof(PhotosAnswer))]
[JsonSerializable(typeof(DraftPhotoView))]
[JsonSerializable(typeof(ThumbnailView))]
[JsonSerializable(typeof(MeView))]
[JsonSerializable(typeof(ErasedAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ReadyAnswer))]
[JsonSerializable(typeof(WebhookAnswer))]
[JsonSerializable(typeof(AppSettings))]
[JsonSerializable(typeof(LimitsView))]
[JsonSerializable(typeof(WeightsLinkView))]
[JsonSerializable(typeof(TriggerAnswer))]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ApiJson : JsonSerializerContext;
