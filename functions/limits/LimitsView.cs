using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <param name="Kept">What becomes of the photos once there is a model: <c>keep</c>, <c>afterTraining</c> or <c>days:N</c>.</param>
internal sealed record PhotoLimitsView(int Min, int Max, long MaxBytes, int MinSide, int MaxSide, long MaxPixels, IReadOnlyList<string> Types, string Kept);

internal sealed record ThumbnailLimitsView(long MaxBytes, string Type);

internal sealed record NameLimitsView(int MaxCharacters, int MaxBytes);

internal sealed record QuotaLimitsView(int Active, int PerDay, int Stored, long BytesPerDay, int Drafts, decimal? UsdPerDay);

/// <param name="Minutes">The upper end of what is usual.</param>
/// <param name="MaxUsd">The job is stopped before it costs more.</param>
internal sealed record EstimateView(int Minutes, decimal Usd, decimal MaxUsd, string Hardware);

/// <param name="Steps">Null where the number of photos decides: so many per photo, within bounds.</param>
/// <param name="Estimate">Null when the service cannot tell, for instance because it does not start the trainings itself.</param>
/// <param name="Available">False while it is known that no training of this profile can succeed; photos are not taken for it then.</param>
internal sealed record ProfileView(
    string Name, int Version, string BaseModel, bool Gated, string License, string LicenseUrl, int Resolution, int? Steps, StepsByPhotosView? StepsByPhotos, bool Previews,
    EstimateView? Estimate, bool Available);

internal sealed record StepsByPhotosView(int PerPhoto, int Least, int Most);

internal sealed record ConsentTermsView(string Version, string Text, IReadOnlyList<string> Subjects, bool Required);

/// <summary>What a client has to know before it asks anybody for photos.</summary>
internal sealed record LimitsView(
    PhotoLimitsView Photos, ThumbnailLimitsView Thumbnail, NameLimitsView Name, long OneShotBytes, QuotaLimitsView Quota, string DefaultProfile, IReadOnlyList<ProfileView> Profiles,
    ConsentTermsView Consent)
{
    public static LimitsView Of(Settings settings, Terms terms, PreflightReport report)
    {
        var (photos, quota, consent) = (settings.Photos, settings.Quota, terms.Consent);
        return new(
            new(settings.Intake.MinPhotos, settings.Intake.MaxPhotos, photos.MaxBytes, photos.MinSidePixels, photos.MaxSidePixels, photos.MaxPixels, ["image/jpeg", "image/png"],
                terms.Retention.ToString()),
            new(photos.MaxThumbnailBytes, "image/jpeg"),
            new(IdentityName.MaxClusters, IdentityName.MaxBytes),
            settings.Limits.OneShotBytes,
            new(quota.Active, quota.PerDay, quota.Stored, quota.BytesPerDay, quota.Drafts, quota.UsdPerDay),
            terms.Profiles.Default.Name,
            [.. terms.Profiles.All.Select(profile => Of(profile, report, settings.Training.PreflightIgnored))],
            new(consent.Version, consent.Text, ConsentText.Subjects, settings.Consent.Required));
    }

    private static ProfileView Of(TrainingProfile profile, PreflightReport report, string ignored) => new(
        profile.Name, profile.Version, profile.BaseModel, profile.Gated, profile.License, profile.LicenseLink, profile.Resolution, profile.Steps,
        profile.Steps is null ? new StepsByPhotosView(profile.StepsPerPhoto, profile.LeastSteps, profile.MostSteps) : null, profile.Previews,
        report.Prices.TryGetValue(profile.Flavor, out var price)
            ? new EstimateView(profile.UsualMinutes, Cents(profile.UsualMinutes, price), Cents(profile.TimeoutMinutes, price), profile.Flavor)
            : null,
        !report.Lacks(profile, ignored).Any());

    private static decimal Cents(int minutes, decimal usdPerHour) =>
        decimal.Round(TrainingPrice.Usd(TrainingPrice.MicroUsd(TimeSpan.FromMinutes(minutes), usdPerHour)), 2, MidpointRounding.AwayFromZero);
}
