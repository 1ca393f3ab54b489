using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using TrainIdentity.Secrets;

namespace TrainIdentity.Functions;

internal enum WebhookCheck { Current, Previous, Wrong, NotConfigured }

/// <summary>
/// Hugging Face sends the shared secret itself, not a signature (hub-docs, webhooks). Digests are compared, so that neither
/// content nor length shows in the time it takes.
/// </summary>
internal static class WebhookSecret
{
    public static WebhookCheck Check(StringValues given, SecretSnapshot secrets)
    {
        if (string.IsNullOrEmpty(secrets.WebhookSecret))
        {
            return WebhookCheck.NotConfigured;
        }

        var digest = Digest(given.Count == 1 ? given[0]! : "");
        var current = CryptographicOperations.FixedTimeEquals(digest, Digest(secrets.WebhookSecret));
        var previous = CryptographicOperations.FixedTimeEquals(digest, Digest(secrets.PreviousWebhookSecret is { Length: > 0 } old ? old : secrets.WebhookSecret));
        return given.Count != 1 ? WebhookCheck.Wrong : current ? WebhookCheck.Current : previous ? WebhookCheck.Previous : WebhookCheck.Wrong;
    }

    private static byte[] Digest(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
