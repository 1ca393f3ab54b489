using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

internal sealed record PhotoLimitsView(int Min, int Max, long MaxBytes, int MinSide, int MaxSide, long MaxPixels, IReadOnlyList<string> Types);

internal sealed record ThumbnailLimitsView(long MaxBytes, string Type);

internal sealed record NameLimitsView(int MaxCharacters, int MaxBytes);

internal sealed record QuotaLimitsView(int Active, int PerDay, int Stored, long BytesPerDay, int Drafts);

/// <param name="Minutes">The upper end of what is usual.</param>
internal sealed record EstimateView(int Minutes, decimal Usd, string Hardware);

/// <param name="Estimate">Null when the service cannot tell, for instance because it does not start the trainings itself.</param>
internal sealed record ProfileView(
    string Name, int Version, string BaseModel, string License, string LicenseUrl, int Resolution, int Steps, EstimateView? Estimate);

internal sealed record ConsentTermsView(string Version, string Text, IReadOnlyList<string> Subjects, bool Required);

/// <summary>What a client has to know before it asks anybody for photos.</summary>
internal sealed record LimitsView(
    PhotoLimitsView Photos, ThumbnailLimitsView Thumbnail, NameLimitsView Name, long OneShotBytes, QuotaLimitsView Quota, IReadOnlyList<ProfileView> Profiles,
    ConsentTermsView Consent)
{
    /// <param name="pricePerHour">Of the hardware that trains, in USD.</param>
    public static LimitsView Of(Settings settings, decimal? pricePerHour)
    {
        var (photos, quota) = (settings.Photos, settings.Quota);
        return new(
            new(settings.Intake.MinPhotos, settings.Intake.MaxPhotos, photos.MaxBytes, photos.MinSidePixels, photos.MaxSidePixels, photos.MaxPixels, ["image/jpeg", "image/png"]),
            new(photos.MaxThumbnailBytes, "image/jpeg"),
            new(IdentityName.MaxClusters, IdentityName.MaxBytes),
            settings.Limits.OneShotBytes,
            new(quota.Active, quota.PerDay, quota.Stored, quota.BytesPerDay, quota.Drafts),
            [.. TrainingProfile.All.Select(profile => Of(profile, settings.Training.Flavor, pricePerHour))],
            new(ConsentText.Version, ConsentText.Text, ConsentText.Subjects, settings.Consent.Required));
    }

    private static ProfileView Of(TrainingProfile profile, string hardware, decimal? pricePerHour) => new(
        profile.Name, profile.Version, profile.BaseModel, profile.License, profile.LicenseLink, profile.Resolution, profile.Steps,
        pricePerHour is { } price
            ? new EstimateView((int)profile.UsualTime.TotalMinutes, decimal.Round(price * (decimal)profile.UsualTime.TotalHours, 2, MidpointRounding.AwayFromZero), hardware)
            : null);
}
