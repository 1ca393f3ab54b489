using TrainIdentity.Secrets;

namespace TrainIdentity.Functions;

/// <summary>What a service may not be started with that serves people elsewhere than on one's own machine. An operator's command may.</summary>
internal static class ServingFaults
{
    public static IEnumerable<string> Of(Settings settings, IConfiguration from)
    {
        if (!settings.Local && settings.Auth.Issuers.Count is 0)
        {
            yield return "Auth__Issuers__0__Issuer and __Audience must say whose tokens are taken; without them nobody can call.";
        }
        if (from["OTEL_EXPORTER_OTLP_HEADERS"] is { Length: > 0 } && from["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } collector
            && !(Uri.TryCreate(collector, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback)))
        {
            yield return "OTEL_EXPORTER_OTLP_ENDPOINT must use https where OTEL_EXPORTER_OTLP_HEADERS holds a key.";
        }
        if (from["WEBSITE_INSTANCE_ID"] is null)
        {
            yield break;
        }

        if (settings.Storage.HasKey)
        {
            yield return "Storage__ConnectionString holds a key; on Azure set Storage__TableEndpoint instead and give the app's managed identity the role Storage Table Data Contributor.";
        }
        foreach (var name in SecretName.All.Where(name => settings.KeyVault.Uri is not null && from[name.Setting] is { Length: > 0 }))
        {
            yield return $"{name.Setting} is not read while KeyVault__Uri is set, and lies open in the app's settings; take it out there.";
        }
    }
}
