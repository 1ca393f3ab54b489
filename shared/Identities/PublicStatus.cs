using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>The two words clients see: the original's status, and a finer stage while something is under way.</summary>
public static class PublicStatus
{
    public static string Of(IdentityState state) => state switch
    {
        IdentityState.Draft => "uploading",
        IdentityState.Ready => "ready",
        IdentityState.Compensating or IdentityState.Failed or IdentityState.Deleting => "failed",
        _ => "training",
    };

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
