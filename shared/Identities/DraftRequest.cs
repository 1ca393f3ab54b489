using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>A draft that was asked for, read whole and found good.</summary>
/// <param name="IdempotencyKey">As the caller sent it; null when every request makes a draft of its own.</param>
public sealed record DraftRequest(IdentityName Name, string ClassWord, TrainingProfile Profile, Consent Consent, string? IdempotencyKey)
{
    /// <summary>With a trigger of its own; the steps are provisional where the number of photos decides.</summary>
    internal TrainingPlan Plan { get; } = TrainingPlan.From(Profile, ClassWord, 0);

    internal string Fingerprint => Submission.Row($"draft\n{Name.Value}\n{ClassWord}\n{Profile.Name}\n{Consent.Version}\n{Consent.Subject}");

    internal string KeyRow(IdentityId id) => IdempotencyKey is { } key ? Submission.RowOfKey(key) : Submission.Row($"draft\n{id}");
}
