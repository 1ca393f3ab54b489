using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>What clients see of a state: the original's status, a finer stage while something is under way, and where the thumbnail is.</summary>
public static class PublicStatus
{
    public static string Of(IdentityState state) => state switch
    {
        IdentityState.Draft => "uploading",
        IdentityState.Ready => "ready",
        IdentityState.Compensating or IdentityState.Failed or IdentityState.Deleting => "failed",
        _ => "training",
    };

    /// <summary>Of this service, without its address.</summary>
    /// <returns>Null while the repo has none.</returns>
    public static string? ThumbnailUrl(Identity identity) => identity.CommittedThumbnail is null ? null : $"/api/identities/{identity.Id}/thumbnail";

    /// <returns>The views that can be had.</returns>
    public static IEnumerable<string> Previews(Identity identity) =>
        identity.State is IdentityState.Ready ? identity.Previews.Select(picture => Path.GetFileNameWithoutExtension(picture.Path)) : [];

    /// <returns>Null when nothing is under way any more.</returns>
    public static string? Stage(Identity identity) => identity.State switch
    {
        IdentityState.Draft or IdentityState.Reserved or IdentityState.RepoReady => "uploading",
        IdentityState.Uploaded => "committing",
        IdentityState.Committed => "queued",
        IdentityState.Training => identity.Job switch
        {
            null => "training",
            { EndedAt: not null } => "verifying",
            { Stage: JobStage.Running } => "training",
            _ => "queued",
        },
        _ => null,
    };
}
