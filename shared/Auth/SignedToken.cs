using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace TrainIdentity.Auth;

/// <summary>
/// A token in its compact form, taken apart and not yet believed. Only a plain three-part signature is looked into: nothing
/// is decrypted, unpacked or fetched, and keys and addresses of keys in the header are not read.
/// </summary>
internal sealed record SignedToken
{
    private const int MaxKidChars = 128;

    private SignedToken(string text, string algorithm, string? keyId, JsonElement payload) =>
        (Text, Algorithm, KeyId, Payload) = (text, algorithm, keyId, payload);

    public string Text { get; }

    public string Algorithm { get; }

    public string? KeyId { get; }

    public JsonElement Payload { get; }

    public static bool TryRead(string text, [NotNullWhen(true)] out SignedToken? token)
    {
        token = null;
        var parts = text.Split('.', 4);
        if (parts.Length != 3 || !TryDecode(parts[2], out _) || !TryJson(parts[0], out var header) || !IsPlain(header))
        {
            return false;
        }
        if (!StrictJson.TryText(header, "alg", out var algorithm) || !TryKeyId(header, out var keyId) || !TryJson(parts[1], out var payload))
        {
            return false;
        }

        token = new SignedToken(text, algorithm, keyId, payload);
        return true;
    }

    /// <summary>False for headers that change what is signed or how it is to be read.</summary>
    private static bool IsPlain(JsonElement header)
    {
        if (header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _))
        {
            return false;
        }

        return !header.TryGetProperty("typ", out var type)
            || (StrictJson.TryText(type, out var name) && name.ToUpperInvariant() is "JWT" or "AT+JWT" or "APPLICATION/AT+JWT");
    }

    private static bool TryKeyId(JsonElement header, out string? id)
    {
        id = null;
        return !header.TryGetProperty("kid", out var value) || (StrictJson.TryText(value, out id) && id.Length is >= 1 and <= MaxKidChars);
    }

    private static bool TryJson(string part, out JsonElement json)
    {
        json = default;
        return TryDecode(part, out var bytes) && StrictJson.TryRead(bytes, out json);
    }

    /// <summary>One text for the same bytes: the decoder alone would pass padding and blanks over in silence.</summary>
    private static bool TryDecode(string part, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        try
        {
            return part.Length > 0 && Base64Url.EncodeToString(bytes = Base64Url.DecodeFromChars(part)) == part;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
