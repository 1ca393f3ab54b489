using System.Text.Json;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions.Http;

/// <param name="View">One of <c>front, right_profile, left_profile, smile</c>.</param>
internal sealed record PreviewView(string View, string Url);

internal sealed record ProgressView(int Step, int Total, int? SecondsLeft);

/// <summary>An identity as its owner sees it. It names no job, no lease and no other person.</summary>
internal sealed record IdentityView
{
    public required string Id { get; init; }

    public required string IdentityName { get; init; }

    public required string ModelId { get; init; }

    public string? HuggingfaceRepoUrl { get; init; }

    public required int NumTrainingImages { get; init; }

    public required string Status { get; init; }

    public string? Stage { get; init; }

    public ProgressView? Progress { get; init; }

    public required JsonElement TrainingConfig { get; init; }

    public string? ThumbnailUrl { get; init; }

    public required IReadOnlyList<PreviewView> Previews { get; init; }

    public required string Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? TrainedAt { get; init; }

    public string? ErrorMessage { get; init; }

    public string? ErrorCode { get; init; }

    public static IdentityView Of(Identity identity)
    {
        using var plan = JsonDocument.Parse(identity.Plan.ToJson());
        return new IdentityView
        {
            Id = identity.Id.ToString(),
            IdentityName = identity.Name,
            ModelId = identity.Repo.ToString(),
            HuggingfaceRepoUrl = identity.RepoUrl,
            NumTrainingImages = identity.PhotoCount,
            Status = PublicStatus.Of(identity.State),
            Stage = PublicStatus.Stage(identity),
            Progress = Shown(identity),
            TrainingConfig = plan.RootElement.Clone(),
            ThumbnailUrl = PublicStatus.ThumbnailUrl(identity),
            Previews = [.. PublicStatus.Previews(identity).Select(view => new PreviewView(view, $"/api/identities/{identity.Id}/previews/{view}"))],
            Version = "v1",
            CreatedAt = identity.CreatedAt,
            UpdatedAt = identity.UpdatedAt,
            TrainedAt = identity.TrainedAt,
            ErrorMessage = identity.FailureCode is { } code ? Failures.Text(code) : null,
            ErrorCode = identity.FailureCode,
        };
    }

    private static ProgressView? Shown(Identity identity) => identity is { State: IdentityState.Training, Progress: { } progress, Job.EndedAt: null }
        ? new ProgressView(progress.Step, progress.Total, progress.SecondsLeft(identity.Job?.StartedAt))
        : null;

    public static string ETag(Identity identity) => $"\"{identity.Seq}\"";
}
