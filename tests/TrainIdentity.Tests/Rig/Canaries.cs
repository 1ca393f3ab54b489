using System.Text;

namespace TrainIdentity.Tests.Rig;

/// <summary>
/// Secrets that every service of a test run is given, easy to find again. What such a service prints is searched for them, and for
/// everything that looks like a token, a signed address or somebody's partition.
/// </summary>
internal static class Canaries
{
    public const string HubToken = "hf_canaryHubTokenCanaryHubToken0001";
    public const string TrainerToken = "hf_canaryTrainerTokenCanaryTrainer02";
    public const string WebhookSecret = "canary-webhook-secret-c0ffee-03";
    public const string KeySalt = "canary-key-salt-deadbeef-04";

    /// <summary>Whatever the value: texts that stand in no line of a log.</summary>
    private static readonly string[] Forms = ["hf_", "eyJ", "X-Amz-Signature", "X-Amz-Credential", "PartitionKey='u_", "PartitionKey=%27u_", "Authorization: B", "Bearer ey", "AccountKey="];

    public static readonly IReadOnlyDictionary<string, string?> Settings = new Dictionary<string, string?>
    {
        ["HUGGINGFACE_TOKEN"] = HubToken,
        ["HUGGINGFACE_TRAINER_TOKEN"] = TrainerToken,
        ["HUGGINGFACE_WEBHOOK_SECRET"] = WebhookSecret,
        ["IDEMPOTENCY_KEY_SALT"] = KeySalt,
    };

    /// <exception cref="CanaryException">One got out.</exception>
    public static void AssertSilent(IEnumerable<string> printed)
    {
        foreach (var line in printed)
        {
            foreach (var text in (string[])[HubToken, TrainerToken, WebhookSecret, KeySalt, .. Forms])
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    throw new CanaryException($"The service printed '{text}' in: {line}");
                }
            }
        }
    }

    // A few characters of base64 turn up anywhere.
    private const int LeastEncoded = 12;

    /// <summary>The ways a text may be written down: as it is, in base64 at each of the three alignments, and as hex.</summary>
    public static IEnumerable<string> Spellings(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        yield return text;
        if (bytes.Length < LeastEncoded)
        {
            yield break;
        }
        yield return Convert.ToHexStringLower(bytes);
        for (var shift = 0; shift < 3; shift++)
        {
            // The characters at both ends depend on the neighbours, too.
            var all = Convert.ToBase64String([.. new byte[shift], .. bytes]);
            yield return all[4..^4];
        }
    }
}

public sealed class CanaryException(string message) : Exception(message);
