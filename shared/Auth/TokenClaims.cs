using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Auth;

/// <summary>The claims we act on, with the JSON types RFC 7519 gives them: a time written as a text is no time.</summary>
internal sealed record TokenClaims
{
    // 9999-12-31; larger numbers are nonsense and would overflow DateTimeOffset.
    private const double LastSecond = 253402300799;

    public required string Subject { get; init; }

    public required DateTimeOffset Expires { get; init; }

    public DateTimeOffset? NotBefore { get; private init; }

    public DateTimeOffset? IssuedAt { get; private init; }

    public string? Role { get; private init; }

    /// <summary>False for API keys, service accounts, app-only and anonymous sign-ins.</summary>
    public bool IsPerson { get; private init; }

    /// <returns>Null when a claim we need is missing or of another type.</returns>
    public static TokenClaims? Read(JsonWebToken token)
    {
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var root = payload.RootElement;
        if (Text(root, "sub") is not { Length: > 0 } subject || !Time(root, "exp", out var expires) || expires is null)
        {
            return null;
        }
        if (!Time(root, "nbf", out var notBefore) || !Time(root, "iat", out var issuedAt))
        {
            return null;
        }

        var role = Text(root, "role");
        var anonymous = root.TryGetProperty("is_anonymous", out var flag) && flag.ValueKind is not (JsonValueKind.False or JsonValueKind.Null);
        return new TokenClaims
        {
            Subject = subject,
            Expires = expires.Value,
            NotBefore = notBefore,
            IssuedAt = issuedAt,
            Role = role,
            IsPerson = role is not ("anon" or "service_role") && !anonymous && Text(root, "idtyp") != "app",
        };
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static bool Time(JsonElement root, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!root.TryGetProperty(name, out var value))
        {
            return true;
        }
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetDouble(out var seconds) || seconds is < 0 or > LastSecond)
        {
            return false;
        }

        time = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        return true;
    }
}
