using Microsoft.Extensions.Configuration;
using TrainIdentity.Functions;

namespace TrainIdentity.Tests.Functions;

/// <summary>Settings as the environment would give them, read and judged as at the start.</summary>
internal static class SettingsDesk
{
    /// <summary>What a service on one's own machine needs at the least.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Own = new Dictionary<string, string?> { ["Local"] = "true", ["Storage__ConnectionString"] = "UseDevelopmentStorage=true" };

    /// <summary>What a service on Azure needs at the least.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Azure = new Dictionary<string, string?>
    {
        ["WEBSITE_INSTANCE_ID"] = "instance",
        ["Storage__TableEndpoint"] = "https://account.table.core.windows.net",
        ["KeyVault__Uri"] = "https://name.vault.azure.net",
        ["Auth__Issuers__0__Issuer"] = "https://project.supabase.co/auth/v1",
        ["Auth__Issuers__0__Audience"] = "authenticated",
    };

    public static Settings Read(IReadOnlyDictionary<string, string?> environment) => Settings.Read(Configuration(environment));

    /// <returns>The sentences with which the start would end.</returns>
    public static IReadOnlyList<string> Faults(IReadOnlyDictionary<string, string?> environment, string? name = null, string? value = null)
    {
        var all = new Dictionary<string, string?>(environment);
        if (name is not null)
        {
            all[name] = value;
        }
        var configuration = Configuration(all);
        return Settings.TryRead(configuration, out var settings, out var unreadable)
            ? [.. settings.Faults(configuration), .. ServingFaults.Of(settings, configuration)]
            : [unreadable];
    }

    private static IConfiguration Configuration(IReadOnlyDictionary<string, string?> environment) => new ConfigurationBuilder()
        .AddInMemoryCollection(environment.Select(one => KeyValuePair.Create(one.Key.Replace("__", ":", StringComparison.Ordinal), one.Value))).Build();
}
