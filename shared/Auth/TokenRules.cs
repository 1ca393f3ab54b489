namespace TrainIdentity.Auth;

/// <summary>What a token with a good signature must say to be a signed-in person's, for us, now.</summary>
internal sealed class TokenRules(AuthOptions options, TimeProvider clock)
{
    private const int UuidChars = 36;

    /// <summary>A genuine token of nobody is told apart before what such tokens lack is missed: an API key has neither subject nor audience.</summary>
    /// <returns>Null when nothing speaks against it and <paramref name="subject"/> says who it is.</returns>
    public TokenRefusal? Judge(TokenClaims claims, IssuerOptions issuer, out string subject)
    {
        subject = "";
        if (OutOfTime(claims) is { } refusal)
        {
            return refusal;
        }
        if (claims.Audiences.Count > 0 && !claims.Audiences.Intersect(issuer.Audiences, StringComparer.Ordinal).Any())
        {
            return TokenRefusal.Invalid;
        }
        if (!claims.IsPerson)
        {
            return TokenRefusal.RoleNotAllowed;
        }
        if (claims.Audiences.Count == 0 || claims.Issuer != issuer.Issuer || LivesTooLong(claims) || Subject(claims, issuer) is not { Length: > 0 } found)
        {
            return TokenRefusal.Invalid;
        }

        subject = found;
        return null;
    }

    private TokenRefusal? OutOfTime(TokenClaims claims)
    {
        var now = clock.GetUtcNow();
        if (now - options.ClockSkew >= claims.Expires)
        {
            return TokenRefusal.Expired;
        }
        if (claims.NotBefore is { } from && now + options.ClockSkew < from)
        {
            return TokenRefusal.NotYetValid;
        }
        return claims.IssuedAt is { } at && at > now + options.ClockSkew ? TokenRefusal.Invalid : null;
    }

    /// <summary>Without <c>iat</c> what is left of its life must fit.</summary>
    private bool LivesTooLong(TokenClaims claims) =>
        claims.Expires - (claims.IssuedAt ?? clock.GetUtcNow() + options.ClockSkew) > options.MaxLifetime;

    private static string? Subject(TokenClaims claims, IssuerOptions issuer) => issuer.Kind switch
    {
        IssuerKind.Supabase or IssuerKind.SupabaseSecret => claims.Role == "authenticated" && IsUuid(claims.Subject, out _) ? claims.Subject : null,
        IssuerKind.Entra => EntraSubject(claims, issuer),
        _ => claims.Subject,
    };

    /// <summary>The person in the tenant: Entra's own <c>sub</c> is another one for every app.</summary>
    private static string? EntraSubject(TokenClaims claims, IssuerOptions issuer)
    {
        var (tenant, person, scopes) = claims.Entra;
        if (claims.Subject is not { Length: > 0 } || string.IsNullOrWhiteSpace(scopes) || !IsUuid(tenant, out var tenantId) || !IsUuid(person, out var personId))
        {
            return null;
        }
        return issuer.AllowedTenants.Any(allowed => Guid.ParseExact(allowed, "D") == tenantId) ? $"{tenantId:D}.{personId:D}" : null;
    }

    // Guid alone would also take blanks around it.
    private static bool IsUuid(string? text, out Guid id)
    {
        id = default;
        return text is { Length: UuidChars } && Guid.TryParseExact(text, "D", out id);
    }
}
