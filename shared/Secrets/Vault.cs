using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
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
}

/// <summary>Reads the snapshot from Key Vault. A secret that does not exist is null; anything else the vault refuses is thrown.</summary>
public static class Vault
{
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(5);

    /// <param name="http">Null for the SDK's own.</param>
    public static SecretClient Open(VaultOptions options, bool local, HttpClient? http = null)
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
        return new SecretClient(options.Uri, Credential(options), Quiet(client));
    }

    public static async Task<SecretSnapshot> ReadAsync(SecretClient vault, CancellationToken stop)
    {
        var hub = GetAsync(vault, "huggingface-token", stop);
        var trainer = GetAsync(vault, "huggingface-trainer-token", stop);
        var webhook = GetAsync(vault, "huggingface-webhook-secret", stop);
        var previous = GetAsync(vault, "huggingface-webhook-secret-previous", stop);
        var jwt = GetAsync(vault, "supabase-jwt-secret", stop);
        var salt = GetAsync(vault, "idempotency-key-salt", stop);
        await Task.WhenAll(hub, trainer, webhook, previous, jwt, salt);
        return new SecretSnapshot
        {
            HubToken = await hub,
            TrainerToken = await trainer,
            WebhookSecret = await webhook,
            PreviousWebhookSecret = await previous,
            SupabaseJwtSecret = await jwt,
            KeySalt = await salt,
        };
    }

    private static async Task<string?> GetAsync(SecretClient vault, string name, CancellationToken stop)
    {
        try
        {
            var answer = await vault.GetSecretAsync(name, cancellationToken: stop);

            // A pasted token often ends in a line break, which no HTTP header can carry.
            return answer.Value.Value.Trim() is { Length: > 0 } value ? value : null;
        }
        catch (RequestFailedException e) when (e.Status is 404)
        {
            return null;
        }
    }

    private static ManagedIdentityCredential Credential(VaultOptions options) => new(
        options.ManagedIdentityClientId is { Length: > 0 } id ? ManagedIdentityId.FromUserAssignedClientId(id) : ManagedIdentityId.SystemAssigned);

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
