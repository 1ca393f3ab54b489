using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.Infra;

/// <summary>What the template would make of some values, worked out by the compiler: every resource with its name and properties.</summary>
internal sealed class Plan
{
    /// <summary>As long as azd allows, and of all characters that it allows.</summary>
    public static readonly string LongestEnvironment = new string('e', 55) + "-_.(Az9).";

    public const string Operator = "11111111-2222-4333-8444-555555555555";

    /// <summary>Only what has to be said.</summary>
    private static readonly FrozenDictionary<string, string> Least = new Dictionary<string, string>
    {
        ["AZURE_ENV_NAME"] = "prod",
        ["AZURE_LOCATION"] = "westeurope",
        ["AUTH_ISSUER"] = "https://project.supabase.example/auth/v1",
        ["AUTH_AUDIENCE"] = "authenticated",
        ["HUB_NAMESPACE"] = "acme",
        ["BUDGET_START"] = "2026-11-01",
    }.ToFrozenDictionary();

    /// <summary>Everything that can be said.</summary>
    private static readonly FrozenDictionary<string, string> Most = new Dictionary<string, string>(Least)
    {
        ["AZURE_ENV_NAME"] = LongestEnvironment,
        ["AUTH_ISSUERS"] =
            """
            [{"issuer":"https://project.supabase.example/auth/v1","audience":"authenticated","kind":"Supabase","algorithm":"ES256"},
             {"issuer":"https://login.example/11111111-0000-4000-8000-000000000000/v2.0","audience":"api","kind":"Entra","tenants":"11111111-0000-4000-8000-000000000000","keyHosts":"keys.login.example"}]
            """,
        ["SIGN_IN_AUTHORITY"] = "https://project.supabase.example/auth/v1",
        ["SIGN_IN_CLIENT_ID"] = "page",
        ["SIGN_IN_SCOPE"] = "openid profile",
        ["SIGN_IN_AUDIENCE"] = "api",
        ["SIGN_IN_ORIGINS"] = "https://one.login.example https://two.login.example",
        ["CORS_ORIGINS"] = "https://app.example https://other.example",
        ["HUB_REPO_NAMING"] = "Opaque",
        ["TRAINING_IMAGE"] = "registry.example/trainer@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        ["TRAINING_FLAVOR"] = "h200",
        ["TRAINING_USD_PER_DAY"] = "200",
        ["QUOTA_USD_PER_DAY"] = "20",
        ["RETENTION_PHOTOS"] = "days:30",
        ["CONSENT_REQUIRED"] = "true",
        ["SERVICE_SETTINGS"] = """{"Quota__PerDay":"9"}""",
        ["ALWAYS_READY"] = "1",
        ["PRIVATE_NETWORK"] = "true",
        ["AZURE_PRINCIPAL_ID"] = Operator,
        ["ALERT_EMAILS"] = "one@acme.example two@acme.example",
    }.ToFrozenDictionary();

    private static readonly Lazy<Task<Plan>> LeastPlan = new(() => MakeAsync());
    private static readonly Lazy<Task<Plan>> MostPlan = new(() => MakeAsync(Most));

    private readonly List<JsonObject> _resources;

    private Plan(JsonNode snapshot) => _resources = [.. snapshot["predictedResources"]!.AsArray().Select(resource => resource!.AsObject())];

    public IReadOnlyList<JsonObject> Resources => _resources;

    public IReadOnlyDictionary<string, string> Settings =>
        Single("Microsoft.Web/sites/config")["properties"]!.AsObject().ToDictionary(setting => setting.Key, setting => (string)setting.Value!);

    public static Task<Plan> LeastAsync() => LeastPlan.Value;

    public static Task<Plan> MostAsync() => MostPlan.Value;

    /// <summary>Of the least values with these changes.</summary>
    public static Task<Plan> WithAsync(params (string Name, string Value)[] changes) => MakeAsync(Changed(changes));

    /// <summary>What the compiler says against the least values with these changes; null when it makes a plan of them.</summary>
    public static async Task<string?> RefusalAsync(params (string Name, string Value)[] changes)
    {
        var (_, errors) = await TryAsync(Changed(changes));
        return errors;
    }

    public JsonObject Single(string type) => Assert.Single(Of(type));

    public List<JsonObject> Of(string type) => _resources.FindAll(resource => (string?)resource["type"] == type);

    private static Dictionary<string, string> Changed((string Name, string Value)[] changes) =>
        changes.Aggregate(new Dictionary<string, string>(Least), (all, change) => { all[change.Name] = change.Value; return all; });

    private static async Task<Plan> MakeAsync(IReadOnlyDictionary<string, string>? values = null)
    {
        var (plan, errors) = await TryAsync(values ?? Least);
        return plan ?? throw new InvalidOperationException(errors);
    }

    private static async Task<(Plan? Plan, string? Errors)> TryAsync(IReadOnlyDictionary<string, string> values)
    {
        var copy = Directory.CreateTempSubdirectory("infra-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(Bicep.Folder, "*", SearchOption.AllDirectories))
            {
                var to = Path.Combine(copy.FullName, Path.GetRelativePath(Bicep.Folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }

            var (code, _, errors) = await Bicep.RunAsync(
                values, "snapshot", Path.Combine(copy.FullName, "main.bicepparam"), "--mode", "overwrite",
                "--subscription-id", "00000000-0000-4000-8000-000000000001", "--tenant-id", "00000000-0000-4000-8000-000000000002", "--location", "westeurope");
            return code is 0
                ? (new Plan(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(copy.FullName, "main.snapshot.json")))!), null)
                : (null, errors);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }
}
