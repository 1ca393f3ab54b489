using System.Text.Json.Serialization;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Journal;

public static class JournalKinds
{
    public const string RepoCreated = "repo.created";
    public const string RepoDeleted = "repo.deleted";
    public const string RepoVisibility = "repo.visibility";
    public const string ObjectStored = "object.stored";
    public const string Commit = "commit";
    public const string JobStarted = "job.started";
    public const string JobEnded = "job.ended";
    public const string JobCanceled = "job.canceled";
    public const string WebhookSent = "webhook.sent";
}

/// <summary>One effect. Fields that do not apply to its kind are null and left out of the JSON.</summary>
public sealed record JournalEntry
{
    public long Seq { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Kind { get; init; }

    public required Actor By { get; init; }

    /// <summary><c>ns/name</c>; empty when the effect belongs to no repo.</summary>
    public required string Repo { get; init; }

    public string? Sha { get; init; }

    public string? Message { get; init; }

    public IReadOnlyList<string>? Paths { get; init; }

    public string? Oid { get; init; }

    public string? JobId { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = false,
    Converters = [typeof(ActorNames), typeof(UtcTimes)])]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(IReadOnlyList<JournalEntry>))]
internal sealed partial class JournalJson : JsonSerializerContext;
