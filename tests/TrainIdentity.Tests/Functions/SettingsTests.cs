using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrainIdentity.Secrets;

namespace TrainIdentity.Tests.Functions;

/// <summary>Every setting has a name in the sample and in the README, and bounds; what is unsafe ends the start.</summary>
public sealed partial class SettingsTests
{
    /// <summary>The sample is for one's own machine, where no image is at hand.</summary>
    private static readonly Dictionary<string, string> OwnMachine = new() { ["Local"] = "true", ["Environment"] = "local", ["Training__Mode"] = "External" };

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    public static TheoryData<string, string> OutOfBounds => new(SettingNames.All.SelectMany(setting => Bad(setting.Type).Select(value => (setting.Name, value))));

    [Fact]
    public void What_is_needed_at_the_least_will_do()
    {
        Assert.Empty(SettingsDesk.Faults(SettingsDesk.Own));
        Assert.Empty(SettingsDesk.Faults(SettingsDesk.Azure));
    }

    [Theory]
    [MemberData(nameof(OutOfBounds))]
    public void A_value_that_cannot_work_ends_the_start_with_the_name_of_its_setting(string name, string value)
    {
        var faults = SettingsDesk.Faults(SettingsDesk.Own, name, value);

        Assert.Contains(faults, fault => fault.Contains(name, StringComparison.Ordinal) || fault.Contains($"'{name.Replace("__", ":", StringComparison.Ordinal)}'", StringComparison.Ordinal));
    }

    [Fact]
    public void The_sample_has_every_setting_with_its_default()
    {
        var sample = Sample();
        var expected = SettingNames.All.ToDictionary(setting => setting.Name, setting => OwnMachine.GetValueOrDefault(setting.Name, setting.Default));
        foreach (var secret in SecretName.All)
        {
            expected[secret.Setting] = "";
        }

        Assert.True(sample.Remove("FUNCTIONS_WORKER_RUNTIME"));
        Assert.Equal(Lines(expected.Select(one => (one.Key, one.Value))), Lines(sample.Select(one => (one.Key, one.Value!))));
    }

    [Fact]
    public void The_sample_works_as_soon_as_it_knows_its_tables() =>
        Assert.Empty(SettingsDesk.Faults(Sample(), "Storage__ConnectionString", "UseDevelopmentStorage=true"));

    [Fact]
    public void The_README_names_every_setting_and_none_that_is_not_there()
    {
        var named = Named().ToList();

        Assert.Empty(SettingNames.All.Select(setting => setting.Name).Concat(SecretName.All.Select(secret => secret.Setting)).Except(named));
        Assert.Empty(named.Where(name => name.Contains("__", StringComparison.Ordinal)).Except(SettingNames.All.Select(setting => setting.Name)));
        Assert.All(SecretName.All, secret => Assert.Contains($"`{secret.InVault}`", Readme(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Local", "true", "Local=true is for one's own machine")]
    [InlineData("Auth__Issuers__0__Issuer", "http://project.supabase.co/auth/v1", "must use https")]
    [InlineData("Auth__Issuers__0__Audience", "", "needs an audience")]
    [InlineData("Auth__Issuers__0__Algorithm", "HS256", "must sign with RS256")]
    [InlineData("Auth__Issuers__0__Kind", "Entra", "needs Tenants")]
    [InlineData("Hub__Endpoint", "http://huggingface.co", "Hub__Endpoint must use https.")]
    [InlineData("Hub__Endpoint", "huggingface.co", "Hub__Endpoint must use https.")]
    [InlineData("Hub__StorageHosts__0", "*", "Hub__StorageHosts must be hosts")]
    [InlineData("Hub__StorageHosts__0", "*.com", "Hub__StorageHosts must be hosts")]
    [InlineData("Hub__StorageHosts__0", "cdn.example/x", "Hub__StorageHosts must be hosts")]
    [InlineData("Hub__Namespace", "../mom", "Hub__Namespace")]
    [InlineData("Storage__TableEndpoint", null, "must say where the tables are")]
    [InlineData("Storage__TableEndpoint", "http://account.table.core.windows.net", "Storage__TableEndpoint must use https.")]
    [InlineData("Storage__ConnectionString", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=QUJD;EndpointSuffix=core.windows.net", "Storage__ConnectionString holds a key")]
    [InlineData("Storage__ConnectionString", "TableEndpoint=https://a.table.core.windows.net;SharedAccessSignature=sv=2022", "Storage__ConnectionString holds a key")]
    [InlineData("Storage__ConnectionString", "UseDevelopmentStorage=true", "Storage__ConnectionString must use https.")]
    [InlineData("Storage__ConnectionString", "nonsense", "Storage__ConnectionString cannot be read.")]
    [InlineData("Storage__IndexTable", "TRAINEDIDENTITIES", "must be two tables")]
    [InlineData("Storage__IndexTable", "no-dashes", "Storage__IndexTable must be 3 to 63")]
    [InlineData("KeyVault__Uri", "http://name.vault.azure.net", "KeyVault__Uri must use https.")]
    [InlineData("KeyVault__Uri", "https://vault.example", "must name a vault of Azure")]
    [InlineData("KeyVault__LocalCertificateSha256", "00", "KeyVault__LocalCertificateSha256 is for a vault on one's own machine")]
    [InlineData("HUGGINGFACE_TOKEN", "hf_x", "HUGGINGFACE_TOKEN is not read while KeyVault__Uri is set")]
    [InlineData("IDEMPOTENCY_KEY_SALT", "salt", "IDEMPOTENCY_KEY_SALT is not read while KeyVault__Uri is set")]
    [InlineData("Cors__AllowedOrigins__0", "*", "Cors__AllowedOrigins: '*' is no origin")]
    [InlineData("Cors__AllowedOrigins__0", "null", "Cors__AllowedOrigins: 'null' is no origin")]
    [InlineData("Cors__AllowedOrigins__0", "https://app.example/", "is no origin")]
    [InlineData("Cors__AllowedOrigins__0", "http://app.example", "must use https")]
    [InlineData("Training__Image", "registry.example/trainer:latest", "Training__Image must name its digest")]
    [InlineData("Training__Flavor", " ", "Training__Flavor must name the hardware.")]
    [InlineData("Environment", "a b", "Environment must be 1 to 64 letters")]
    [InlineData("Spool__Folder", "spool", "Spool__Folder must be a whole path")]
    [InlineData("Limits__PhotoBytes", "1000000", "Limits__PhotoBytes must leave room")]
    [InlineData("Lease__Margin", "00:02:00", "Lease__Margin must be shorter")]
    [InlineData("Secrets__UsableFor", "00:10:00", "Secrets__UsableFor must be no shorter than Secrets__RefreshEvery.")]
    [InlineData("Intake__MinPhotos", "40", null)]
    [InlineData("Cors__AllowedOrigins__0", "https://app.example", null)]
    [InlineData("Cors__AllowedOrigins__0", "", null)]
    public void On_Azure_what_is_unsafe_or_cannot_work_is_refused(string name, string? value, string? sentence)
    {
        var faults = SettingsDesk.Faults(SettingsDesk.Azure, name, value);

        if (sentence is null)
        {
            Assert.Empty(faults);
        }
        else
        {
            Assert.Contains(faults, fault => fault.Contains(sentence, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Without_an_issuer_nobody_could_call()
    {
        var nobody = SettingsDesk.Azure.Where(one => !one.Key.StartsWith("Auth", StringComparison.Ordinal)).ToDictionary();

        Assert.Contains(SettingsDesk.Faults(nobody), fault => fault.StartsWith("Auth__Issuers__0__Issuer", StringComparison.Ordinal));
    }

    [Fact]
    public void A_shared_secret_must_be_there_where_no_vault_holds_it()
    {
        var shared = new Dictionary<string, string?>(SettingsDesk.Azure) { ["Auth__Issuers__0__Kind"] = "SupabaseSecret", ["KeyVault__Uri"] = null };

        Assert.Contains(SettingsDesk.Faults(shared), fault => fault.StartsWith("SUPABASE_JWT_SECRET", StringComparison.Ordinal));
        Assert.Empty(SettingsDesk.Faults(shared, "SUPABASE_JWT_SECRET", new string('x', 32)));
    }

    [Fact]
    public void A_key_for_a_collector_does_not_travel_in_the_open()
    {
        var keyed = new Dictionary<string, string?>(SettingsDesk.Azure) { ["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=x" };

        Assert.Single(SettingsDesk.Faults(keyed, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example:4318"));
        Assert.Empty(SettingsDesk.Faults(keyed, "OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example"));
        Assert.Empty(SettingsDesk.Faults(keyed, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"));
    }

    private static IEnumerable<string> Lines(IEnumerable<(string Name, string Value)> settings) => settings.Select(one => $"{one.Name}={one.Value}").Order(StringComparer.Ordinal);

    private static string[] Bad(Type type) =>
        type == typeof(int) ? ["-1", "2147483647", "many"]
        : type == typeof(long) ? ["-1", "9223372036854775807", "many"]
        : type == typeof(decimal) ? ["-1", "many"]
        : type == typeof(TimeSpan) ? ["-1.00:00:00", "10675199.00:00:00", "soon"]
        : type == typeof(bool) || type.IsEnum ? ["perhaps"]
        : type == typeof(Uri) ? ["nowhere"]
        : [];

    private static Dictionary<string, string?> Sample() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "local.settings.sample.json")))!["Values"]!.AsObject().ToDictionary(one => one.Key, one => (string?)one.Value);

    private static string Readme() => File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));

    /// <summary>In the first column; a name that begins with two underscores has the section of the one before.</summary>
    private static IEnumerable<string> Named()
    {
        var section = Readme().Split("\n## ").Single(part => part.StartsWith("Settings", StringComparison.Ordinal));
        foreach (var row in section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            var before = "";
            foreach (var name in Code().Matches(row.Split('|')[1]).Select(match => match.Groups[1].Value.TrimEnd('…')))
            {
                before = name.StartsWith("__", StringComparison.Ordinal) ? before[..before.LastIndexOf("__", StringComparison.Ordinal)] + name : name;
                yield return before;
            }
        }
    }
}
