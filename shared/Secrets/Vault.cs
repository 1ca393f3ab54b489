using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;

namespace TrainIdentity.Secrets;

public sealed class VaultOptions
{
    /// <summary>Unset: secrets come from settings.</summary>
    public Uri? Uri { get; set; }

    /// <summary>SHA-256 fingerprint (hex) of the certificate of a vault on loopback; honoured with <c>Local=true</c> only.</summary>
    public string? LocalCertificateSha256 { get; set; }

    /// <summary>The user-assigned identity to read the vault with.</summary>
    public string? ManagedIdentityClientId { get; set; }

    public IEnumerable<string> Faults(bool local)
    {
        if (Uri is { } uri && !(uri.IsAbsoluteUri && uri.Scheme == System.Uri.UriSchemeHttps))
        {
            yield return "KeyVault__Uri must use https.";
        }
        else if (Uri is not null && !local && !Clouds.Any(cloud => Uri.IdnHost.EndsWith(cloud, StringComparison.OrdinalIgnoreCase)))
        {
            yield return $"KeyVault__Uri must name a vault of Azure, a host that ends in {string.Join(" or ", Clouds)}.";
        }
        if (LocalCertificateSha256 is { Length: > 0 } && !local)
        {
            yield return "KeyVault__LocalCertificateSha256 is for a vault on one's own machine; take it out of the app's settings.";
        }
    }

    private static readonly string[] Clouds = [".vault.azure.net", ".vault.azure.cn", ".vault.usgovcloudapi.net"];
}

/// <summary>Reads the snapshot from Key Vault. A secret that does not exist or is disabled is null; anything else the vault refuses is thrown.</summary>
public static class Vault
{
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(5);

    /// <param name="http">Null for the SDK's own.</param>
    /// <param name="credential">Null for the app's managed identity. A vault on loopback wants none.</param>
    public static SecretClient Open(VaultOptions options, bool local, HttpClient? http = null, TokenCredential? credential = null)
    {
        if (local && options.Uri!.IsLoopback)
        {
            return OpenLocal(options);
        }

        var client = new SecretClientOptions();
        if (http is not null)
        {
            client.Transport = new HttpClientTransport(http);
        }
        return new SecretClient(options.Uri, credential ?? AzureCredentials.OfApp(options.ManagedIdentityClientId), Quiet(client));
    }

    public static async Task<SecretSnapshot> ReadAsync(SecretClient vault, TimeProvider clock, CancellationToken stop)
    {
        var read = SecretName.All.Where(name => name != SecretName.PreviousWebhookSecret).ToDictionary(name => name, name => GetAsync(vault, name, clock, stop));
        await Task.WhenAll(read.Values);

        // A rotation writes the previous secret before the present one. Read the other way round, whoever sees its end sees its beginning.
        read[SecretName.PreviousWebhookSecret] = GetAsync(vault, SecretName.PreviousWebhookSecret, clock, stop);
        await read[SecretName.PreviousWebhookSecret];
        return SecretSnapshot.From(name => read[name].Result);
    }

    /// <summary>An operator who disables a secret wants it used no more; that must not take the others away with it.</summary>
    internal static bool IsAbsent(RequestFailedException e) =>
        e.Status is 404 || (e.Status is 403 && e.GetRawResponse()?.Content.ToString().Contains("SecretDisabled", StringComparison.Ordinal) is true);

    private static async Task<string?> GetAsync(SecretClient vault, SecretName name, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            var secret = (await vault.GetSecretAsync(name.InVault, cancellationToken: stop)).Value;
            if (name == SecretName.PreviousWebhookSecret && secret.Properties.ExpiresOn <= clock.GetUtcNow())
            {
                // Of the others the date is a reminder: a service that stops on that day helps nobody.
                return null;
            }

            // A pasted token often ends in a line break, which no HTTP header can carry.
            return secret.Value.Trim() is { Length: > 0 } value ? value : null;
        }
        catch (RequestFailedException e) when (IsAbsent(e))
        {
            return null;
        }
    }

    /// <summary>No log and no span of single requests: answers are secrets.</summary>
    private static SecretClientOptions Quiet(SecretClientOptions options)
    {
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        options.Retry.MaxRetries = 3;
        options.Retry.NetworkTimeout = NetworkTimeout;
        return options;
    }

    private static SecretClient OpenLocal(VaultOptions options)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ActivityHeadersPropagator = null };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is X509Certificate2 given &&
            string.Equals(given.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256), options.LocalCertificateSha256, StringComparison.OrdinalIgnoreCase);
        return new SecretClient(options.Uri, new LocalCredential(), Quiet(new SecretClientOptions
        {
            DisableChallengeResourceVerification = true,
            Transport = new HttpClientTransport(new HttpClient(handler)),
        }));
    }

    private sealed class LocalCredential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("local", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
