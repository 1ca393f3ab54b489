using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Auth;

/// <summary>The keys of a key set that can sign with one algorithm. Everything else in it is left out and spoils nothing.</summary>
internal sealed class PublishedKeys
{
    private const int LeastRsaBits = 2048;

    // A check takes time with the square of the length.
    private const int MostRsaBits = 8192;

    private readonly Dictionary<string, List<SecurityKey>> _named = new(StringComparer.Ordinal);
    private readonly List<SecurityKey> _all = [];

    private PublishedKeys()
    {
    }

    /// <param name="kid">Null is a token that names none: every key may have signed it.</param>
    public IReadOnlyList<SecurityKey> Matching(string? kid) => kid is null ? _all : _named.GetValueOrDefault(kid) ?? [];

    /// <returns>Null when this is no key set.</returns>
    public static PublishedKeys? Read(JsonElement document, string algorithm)
    {
        if (!document.TryGetProperty("keys", out var keys) || keys.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }

        var found = new PublishedKeys();
        foreach (var entry in keys.EnumerateArray().Where(entry => entry.ValueKind is JsonValueKind.Object && IsFor(entry, algorithm)))
        {
            if (Key(entry, algorithm) is { } key)
            {
                found.Add(entry, key);
            }
        }
        return found;
    }

    private void Add(JsonElement entry, SecurityKey key)
    {
        _all.Add(key);
        if (StrictJson.TryText(entry, "kid", out var kid))
        {
            if (!_named.TryGetValue(kid, out var same))
            {
                _named[kid] = same = [];
            }
            same.Add(key);
        }
    }

    private static bool IsFor(JsonElement entry, string algorithm) =>
        (!entry.TryGetProperty("use", out var use) || (StrictJson.TryText(use, out var purpose) && purpose is "sig"))
        && (!entry.TryGetProperty("alg", out var alg) || (StrictJson.TryText(alg, out var name) && name == algorithm));

    // Typed by the algorithm that is configured, never by what the entry says: an "oct" entry is no key of ours.
    private static SecurityKey? Key(JsonElement entry, string algorithm) => algorithm switch
    {
        "RS256" or "PS256" => Rsa(entry),
        "ES256" => Ec(entry, "P-256", ECCurve.NamedCurves.nistP256, 32),
        "ES384" => Ec(entry, "P-384", ECCurve.NamedCurves.nistP384, 48),
        _ => null,
    };

    private static RsaSecurityKey? Rsa(JsonElement entry)
    {
        if (!Is(entry, "kty", "RSA") || Bytes(entry, "n") is not { } n || Bytes(entry, "e") is not { } e)
        {
            return null;
        }

        var modulus = new BigInteger(n, isUnsigned: true, isBigEndian: true);
        var exponent = new BigInteger(e, isUnsigned: true, isBigEndian: true);
        return modulus.GetBitLength() is >= LeastRsaBits and <= MostRsaBits && !modulus.IsEven && !exponent.IsEven && exponent > 1 && exponent <= uint.MaxValue
            ? new RsaSecurityKey(new RSAParameters { Modulus = modulus.ToByteArray(isUnsigned: true, isBigEndian: true), Exponent = exponent.ToByteArray(isUnsigned: true, isBigEndian: true) })
            : null;
    }

    private static ECDsaSecurityKey? Ec(JsonElement entry, string name, ECCurve curve, int coordinateBytes)
    {
        if (!Is(entry, "kty", "EC") || !Is(entry, "crv", name) || Bytes(entry, "x") is not { } x || Bytes(entry, "y") is not { } y || x.Length != coordinateBytes || y.Length != coordinateBytes)
        {
            return null;
        }

        try
        {
            return new ECDsaSecurityKey(ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } }));
        }
        catch (CryptographicException)
        {
            // A point beside the curve.
            return null;
        }
    }

    private static bool Is(JsonElement entry, string name, string value) => StrictJson.TryText(entry, name, out var text) && text == value;

    private static byte[]? Bytes(JsonElement entry, string name)
    {
        try
        {
            return StrictJson.TryText(entry, name, out var text) && text.Length > 0 ? Base64Url.DecodeFromChars(text) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
