using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

internal sealed record PhotoView(string Path, string Sha256, long Bytes, int Width, int Height);

internal sealed record ConsentView(string Version, string TextSha256, string Subject, DateTimeOffset GivenAt);

internal sealed record WeightsView(string File, string Sha256, long Bytes);

/// <param name="Identity">As everywhere else.</param>
/// <param name="NameInRepo">What it was called first.</param>
/// <param name="UserId">The subject of the token it was made with.</param>
/// <param name="PhotosKept">What its owner agreed to: <c>keep</c>, <c>afterTraining</c> or <c>days:N</c>.</param>
/// <param name="WeightsLinks">How often a link to the weights was given.</param>
/// <param name="KeptUntil">Of a failed one: until then its photos are kept for a retry.</param>
internal sealed record HeldIdentityView(
    IdentityView Identity, string NameInRepo, string UserId, IReadOnlyList<PhotoView> Photos, string PhotosKept, DateTimeOffset? PhotosRemovedAt,
    ConsentView? Consent, WeightsView? Weights, int WeightsLinks, DateTimeOffset? LastWeightsLinkAt, int Attempts, int Trainings, DateTimeOffset? KeptUntil);

/// <param name="Key">A digest; the key itself is not kept.</param>
internal sealed record HeldKeyView(string Key, string IdentityId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

internal sealed record QuotaView(int Active, int Stored, int Drafts, int StartedToday, long BytesToday);

internal sealed record ErasedAnswer(int Identities);

/// <summary>The answer to "what do you hold about me?"; photos and weights themselves are in the repos it names.</summary>
internal sealed record MeView(string UserId, IReadOnlyList<HeldIdentityView> Identities, IReadOnlyList<HeldKeyView> IdempotencyKeys, QuotaView Quota, int BeingErased)
{
    public static MeView Of(Caller caller, Everything held) => new(
        caller.Subject,
        [.. held.Identities.Where(identity => identity.State is not IdentityState.Deleting).Select(identity => Of(identity, held.DraftPhotos[identity.Id]))],
        [.. held.Keys.Select(key => new HeldKeyView(key.Row, key.Identity.ToString(), key.CreatedAt, key.ExpiresAt))],
        new QuotaView(held.Quota.Active, held.Quota.Stored, held.Quota.Drafts, held.Quota.StartedToday, held.Quota.BytesToday),
        held.Identities.Count(identity => identity.State is IdentityState.Deleting));

    private static HeldIdentityView Of(Identity identity, IEnumerable<DraftPhoto> draftPhotos) => new(
        IdentityView.Of(identity),
        identity.NameInRepo,
        identity.UserId,
        [.. Pictures(identity).Concat(draftPhotos.Select(photo => photo.InManifest(photo.Number))).Select(photo => new PhotoView(photo.Path, photo.Oid, photo.Bytes, photo.Width, photo.Height))],
        identity.Retention.ToString(),
        identity.PhotosRemovedAt,
        identity.Consent is { } consent ? new ConsentView(consent.Version, consent.TextSha256, consent.Subject, consent.GivenAt) : null,
        identity.Weights is { } weights ? new WeightsView(weights.Path, weights.Oid, weights.Bytes) : null,
        identity.LinksGiven,
        identity.LinkGivenAt,
        identity.Attempt,
        identity.Job is null && identity.Trainings == 1 ? 0 : identity.Trainings,
        identity.RetainUntil);

    private static IEnumerable<ManifestPhoto> Pictures(Identity identity) => (identity.PhotosRemovedAt is null ? identity.Photos : []).Concat(identity.Made);
}
