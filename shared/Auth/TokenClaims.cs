using System.Text.Json;

namespace TrainIdentity.Auth;

/// <summary>The claims we act on, with the JSON types RFC 7519 gives them: a time written as a text is no time.</summary>
internal sealed record TokenClaims
{
    // 9999-12-31; larger numbers are nonsense and would overflow DateTimeOffset.
    private const double LastSecond = 253402300799;

    public required string Issuer { get; init; }

    public required DateTimeOffset Expires { get; init; }

    /// <summary>Null when missing, as in API keys.</summary>
    public string? Subject { get; private init; }

    /// <summary>Empty when missing.</summary>
    public IReadOnlyList<string> Audiences { get; private init; } = [];

    public DateTimeOffset? NotBefore { get; private init; }

    public DateTimeOffset? IssuedAt { get; private init; }

    public string? Role { get; private init; }

    /// <summary>Entra: the tenant, the person's object in it, and what the person lets the calling app do.</summary>
    public (string? Tenant, string? Object, string? Scopes) Entra { get; private init; }

    /// <summary>False for API keys, service accounts, app-only and anonymous sign-ins.</summary>
    public bool IsPerson { get; private init; }

    /// <returns>Null when <c>iss</c> or <c>exp</c> is missing, or any claim we act on is of another type.</returns>
    public static TokenClaims? Read(JsonElement payload)
    {
        if (!StrictJson.TryText(payload, "iss", out var issuer) || !TryTime(payload, "exp", out var expires) || expires is null)
        {
            return null;
        }
        if (!TryTime(payload, "nbf", out var notBefore) || !TryTime(payload, "iat", out var issuedAt) || !TryAudiences(payload, out var audiences))
        {
            return null;
        }
        if (!TryOptional(payload, "sub", out var subject) || !TryOptional(payload, "tid", out var tenant)
            || !TryOptional(payload, "oid", out var person) || !TryOptional(payload, "scp", out var scopes))
        {
            return null;
        }

        return new TokenClaims
        {
            Issuer = issuer,
            Expires = expires.Value,
            Subject = subject,
            Audiences = audiences,
            NotBefore = notBefore,
            IssuedAt = issuedAt,
            Role = StrictJson.TryText(payload, "role", out var role) ? role : null,
            Entra = (tenant, person, scopes),
            IsPerson = !Says(payload, "role", "anon") && !Says(payload, "role", "service_role") && !Says(payload, "idtyp", "app") && !IsAnonymous(payload),
        };
    }

    /// <summary>Whether a claim is this text, or a list with it.</summary>
    private static bool Says(JsonElement payload, string name, string text)
    {
        if (!payload.TryGetProperty(name, out var value))
        {
            return false;
        }
        return value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().Any(Is) : Is(value);

        bool Is(JsonElement one) => StrictJson.TryText(one, out var said) && said == text;
    }

    private static bool IsAnonymous(JsonElement payload) =>
        payload.TryGetProperty("is_anonymous", out var flag) && flag.ValueKind is not (JsonValueKind.False or JsonValueKind.Null);

    private static bool TryOptional(JsonElement payload, string name, out string? text)
    {
        text = null;
        return !payload.TryGetProperty(name, out var value) || StrictJson.TryText(value, out text);
    }

    private static bool TryAudiences(JsonElement payload, out List<string> audiences)
    {
        audiences = [];
        if (!payload.TryGetProperty("aud", out var value))
        {
            return true;
        }

        foreach (var one in value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value])
        {
            if (!StrictJson.TryText(one, out var audience))
            {
                return false;
            }
            audiences.Add(audience);
        }
        return true;
    }

    private static bool TryTime(JsonElement payload, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!payload.TryGetProperty(name, out var value))
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
