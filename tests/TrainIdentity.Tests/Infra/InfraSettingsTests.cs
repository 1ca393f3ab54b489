using Microsoft.Extensions.Configuration;
using TrainIdentity.Functions;

namespace TrainIdentity.Tests.Infra;

/// <summary>What the app is told in Azure is what the service reads.</summary>
public sealed class InfraSettingsTests
{
    // By name or beginning: the host's own.
    private static readonly string[] Hosts = ["FUNCTIONS_", "AzureWebJobsStorage__", "AzureWebJobsDisableHomepage", "APPLICATIONINSIGHTS_", "OTEL_"];

    // Empty, and right so.
    private static readonly string[] MeantToBeUnset =
    [
        // Of one's own machine.
        "Storage__ConnectionString",
        "KeyVault__LocalCertificateSha256",

        // The runner that is sent along is the default.
        "Training__Command__N",

        // The system's own folder for what is temporary.
        "Spool__Folder",

        // The profile's own, or the plan's own; among the other settings they can be said.
        "Training__Profiles",
        "Training__Timeout",
        "Training__PreflightIgnored",
        "Training__PrivateStorageBytes",
    ];

    [Fact]
    public async Task Nothing_is_set_that_nobody_reads()
    {
        var known = ServiceSettings.All.Select(setting => setting.Name).ToHashSet();

        foreach (var plan in (Plan[])[await Plan.LeastAsync(), await Plan.MostAsync()])
        {
            Assert.DoesNotContain(Services(plan), setting => !known.Contains(ServiceSettings.WithoutNumbers(setting.Key)));
        }
    }

    [Fact]
    public async Task Everything_without_a_usable_default_can_be_said()
    {
        var set = Services(await Plan.MostAsync()).Select(setting => ServiceSettings.WithoutNumbers(setting.Key)).ToHashSet();

        var missing = ServiceSettings.All.Where(setting => setting.IsEmptyByDefault && !set.Contains(setting.Name)).Select(setting => setting.Name);

        Assert.Equal(MeantToBeUnset.Order(), missing.Order());
    }

    [Fact]
    public async Task The_service_starts_with_what_it_is_told()
    {
        foreach (var plan in (Plan[])[await Plan.LeastAsync(), await Plan.MostAsync()])
        {
            var settings = Read(plan, out var configuration);

            Assert.Empty(settings.Faults(configuration));
            Assert.NotNull(settings.KeyVault.Uri);
            Assert.NotNull(settings.Storage.TableEndpoint);
        }
    }

    [Fact]
    public async Task A_body_over_the_services_limit_still_fits_the_hosts()
    {
        var plan = await Plan.LeastAsync();

        Assert.Equal("209715200", plan.Settings["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"]);
        Assert.Equal(200_000_000, Read(plan, out _).Limits.OneShotBytes);
        // Of the 0.8 GB that an instance has for temporary files.
        Assert.InRange(Read(plan, out _).Limits.BytesInFlight, 0, 700_000_000);
    }

    [Fact]
    public async Task Host_and_service_allow_the_same_origins()
    {
        var plan = await Plan.MostAsync();

        var hosts = plan.Single("Microsoft.Web/sites")["properties"]!["siteConfig"]!["cors"]!["allowedOrigins"]!.AsArray().Select(origin => (string)origin!);

        Assert.Equal(["https://app.example", "https://other.example"], hosts);
        Assert.Equal(hosts, Read(plan, out _).Cors.AllowedOrigins);
    }

    [Fact]
    public async Task What_is_said_once_reaches_the_service_as_it_was_said()
    {
        var settings = Read(await Plan.MostAsync(), out _);

        Assert.Equal(["Supabase ES256", "Entra "], settings.Auth.Issuers.Select(issuer => $"{issuer.Kind} {issuer.Algorithm}"));
        Assert.Equal("keys.login.example", settings.Auth.Issuers[1].KeyHosts);
        Assert.Equal(["https://one.login.example", "https://two.login.example"], settings.SignIn.Origins);
        Assert.Equal(9, settings.Quota.PerDay);
        Assert.Equal(("h200", 200m, 20m, "days:30"), (settings.Training.Flavor, settings.Training.UsdPerDay, settings.Quota.UsdPerDay, settings.Retention.Photos));
        Assert.True(settings.Consent.Required);
        Assert.EndsWith("000", settings.Training.Image, StringComparison.Ordinal);
    }

    /// <summary>One hardware for all would take the place of what each profile was made for.</summary>
    [Fact]
    public async Task What_is_not_said_is_the_profiles_or_has_no_limit()
    {
        var settings = Read(await Plan.LeastAsync(), out _);

        Assert.Equal((null, null, null, "keep"), (settings.Training.Flavor, settings.Training.UsdPerDay, settings.Quota.UsdPerDay, settings.Retention.Photos));
    }

    [Theory]
    [InlineData("Oidc")]
    [InlineData("Supabase")]
    [InlineData("SupabaseSecret")]
    public async Task A_kind_of_issuer_alone_makes_a_service_that_starts(string kind)
    {
        var settings = Read(await Plan.WithAsync(("AUTH_KIND", kind)), out var configuration);

        Assert.Equal(kind, Assert.Single(settings.Auth.Issuers).Kind.ToString());
        Assert.Empty(settings.Faults(configuration));
    }

    [Theory]
    [InlineData("forever")]
    [InlineData("never-mind")]
    public async Task A_retention_that_the_service_would_not_start_with_is_not_deployed(string photos) =>
        Assert.Contains("RETENTION_PHOTOS must be", await Plan.RefusalAsync(("RETENTION_PHOTOS", photos)), StringComparison.Ordinal);

    [Fact]
    public async Task Secrets_and_settings_of_ones_own_machine_are_refused()
    {
        string[] names = ["HUGGINGFACE_TOKEN", "KeyVault__Uri", "Local", "Storage__ConnectionString"];

        var refusal = await Plan.RefusalAsync(("SERVICE_SETTINGS", $"{{{string.Join(',', names.Append("Quota__PerDay").Select(name => $"\"{name}\":\"x\""))}}}"));

        Assert.Contains($"These cannot be set here: {string.Join(", ", names)}.", refusal, StringComparison.Ordinal);
    }

    private static List<KeyValuePair<string, string>> Services(Plan plan) =>
        [.. plan.Settings.Where(setting => !Hosts.Any(host => setting.Key.StartsWith(host, StringComparison.Ordinal)))];

    /// <summary>What only Azure knows stands there as an expression, for which its kind of value is put.</summary>
    private static Settings Read(Plan plan, out IConfiguration configuration)
    {
        configuration = new ConfigurationBuilder().AddInMemoryCollection(plan.Settings.Select(setting => KeyValuePair.Create(
            setting.Key.Replace("__", ":", StringComparison.Ordinal),
            (string?)(setting.Value.StartsWith('[') ? "https://known.vault.azure.net" : setting.Value)))).Build();
        return Settings.Read(configuration);
    }
}
