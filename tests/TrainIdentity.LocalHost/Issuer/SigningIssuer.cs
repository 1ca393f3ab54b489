using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.LocalHost;

/// <summary>One OIDC issuer: its address, its current key, and the keys it still publishes.</summary>
public sealed class SigningIssuer
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    // The handler would add its own clock's times even where a caller removed them.
    private static readonly JsonWebTokenHandler Writer = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly string _audience;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly List<SecurityKey> _published = [];

    internal SigningIssuer(string url, string algorithm, string audience, TimeProvider clock)
    {
        (Url, Algorithm, _audience, _clock) = (url, algorithm, audience, clock);
        RotateKey(keepOld: false);
    }

    /// <summary>Exactly the tokens' <c>iss</c>.</summary>
    public string Url { get; }

    /// <summary>RS256 or ES256.</summary>
    public string Algorithm { get; }

    public string KeyId
    {
        get
        {
            lock (_lock) return _published[0].KeyId;
        }
    }

    /// <param name="claims">Adds or overrides any claim with any JSON type; null removes it.</param>
    public string Token(string sub, JsonObject? claims = null)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var payload = new JsonObject
        {
            ["iss"] = Url,
            ["sub"] = sub,
            ["aud"] = _audience,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + (long)Lifetime.TotalSeconds,
            ["role"] = "authenticated",
        };
        foreach (var (name, value) in claims ?? [])
        {
            if (value is null) _ = payload.Remove(name);
            else payload[name] = value.DeepClone();
        }

        return Sign(payload);
    }

    /// <summary>A token that says exactly this.</summary>
    public string Sign(JsonObject payload)
    {
        lock (_lock) return Writer.CreateToken(payload.ToJsonString(), new SigningCredentials(_published[0], Algorithm));
    }

    /// <summary>Signs with a new key from now on.</summary>
    /// <param name="keepOld">Whether tokens of the old keys can still be checked.</param>
    public void RotateKey(bool keepOld)
    {
        SecurityKey key = Algorithm is SecurityAlgorithms.RsaSha256
            ? new RsaSecurityKey(RSA.Create(2048))
            : new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        key.KeyId = Guid.NewGuid().ToString("N");
        lock (_lock)
        {
            if (!keepOld) _published.Clear();
            _published.Insert(0, key);
        }
    }

    internal JsonObject Discovery() => new()
    {
        ["issuer"] = Url,
        ["jwks_uri"] = $"{Url}/.well-known/jwks.json",
        ["authorization_endpoint"] = $"{Url}/authorize",
        ["token_endpoint"] = $"{Url}/token",
        ["end_session_endpoint"] = $"{Url}/end_session",
        ["response_types_supported"] = new JsonArray("code"),
        ["response_modes_supported"] = new JsonArray("query"),
        ["grant_types_supported"] = new JsonArray("authorization_code", "refresh_token"),
        ["code_challenge_methods_supported"] = new JsonArray("S256"),
        ["token_endpoint_auth_methods_supported"] = new JsonArray("none"),
        ["scopes_supported"] = new JsonArray("openid", "profile", "offline_access"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray(Algorithm),
    };

    internal JsonObject Keys()
    {
        lock (_lock) return new JsonObject { ["keys"] = new JsonArray([.. _published.Select(PublicKey)]) };
    }

    private JsonNode PublicKey(SecurityKey key)
    {
        var parameters = key switch
        {
            RsaSecurityKey { Rsa: var rsa } => Rsa(rsa.ExportParameters(includePrivateParameters: false)),
            ECDsaSecurityKey { ECDsa: var ec } => Ec(ec.ExportParameters(includePrivateParameters: false)),
            _ => throw new InvalidOperationException($"{key.GetType().Name} is no key of this issuer."),
        };
        (parameters["use"], parameters["alg"], parameters["kid"]) = ("sig", Algorithm, key.KeyId);
        return parameters;
    }

    private static JsonObject Rsa(RSAParameters key) => new()
    {
        ["kty"] = "RSA",
        ["n"] = Base64UrlEncoder.Encode(key.Modulus),
        ["e"] = Base64UrlEncoder.Encode(key.Exponent),
    };

    private static JsonObject Ec(ECParameters key) => new()
    {
        ["kty"] = "EC",
        ["crv"] = "P-256",
        ["x"] = Base64UrlEncoder.Encode(key.Q.X),
        ["y"] = Base64UrlEncoder.Encode(key.Q.Y),
    };
}
