using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Auth;

/// <summary>Turns an <c>Authorization</c> header into a <see cref="Caller"/>, or says why not.</summary>
public sealed class BearerTokens : IDisposable
{
    private const string Scheme = "Bearer ";
    private const int MaxKidChars = 128;

    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = 16 * 1024 };

    private readonly Dictionary<string, TrustedIssuer> _issuers;
    private readonly AuthOptions _options;
    private readonly TimeProvider _clock;

    /// <param name="http">Reads discovery documents and key sets; must not follow redirects.</param>
    public BearerTokens(AuthOptions options, HttpClient http, bool local, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        var documents = new HttpDocumentRetriever(http) { RequireHttps = !local };
        _issuers = options.Issuers.Select((issuer, n) => new TrustedIssuer(issuer, n == 0, new IssuerKeys(issuer, options, documents, clock)))
            .ToDictionary(trusted => trusted.Options.Issuer, StringComparer.Ordinal);
    }

    public async ValueTask<TokenOutcome> ReadAsync(string? authorization, CancellationToken stop)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return TokenOutcome.Refuse(TokenRefusal.Missing);
        }

        var text = authorization[Scheme.Length..];
        if (Parse(text) is not { Issuer: { Length: > 0 } name } token || !_issuers.TryGetValue(name, out var issuer))
        {
            return TokenOutcome.Refuse(TokenRefusal.Invalid);
        }
        if (token.Alg != issuer.Options.Algorithm || token.Kid is { Length: > MaxKidChars })
        {
            return TokenOutcome.Refuse(TokenRefusal.Invalid);
        }

        var kid = token.Kid is { Length: > 0 } named ? named : null;
        if (await issuer.Keys.FindAsync(kid, stop) is not { } keys)
        {
            return TokenOutcome.Refuse(TokenRefusal.IssuerUnavailable);
        }
        if (keys.Count == 0 || !await IsSignedAsync(token, issuer.Options, keys))
        {
            return TokenOutcome.Refuse(TokenRefusal.Invalid);
        }

        return Judge(TokenClaims.Read(token), issuer);
    }

    /// <returns>Null for anything that is not a plain three-part signed token; encrypted and <c>crit</c> ones are never looked into.</returns>
    private JsonWebToken? Parse(string text)
    {
        if (text.Length == 0 || text.Length > _options.MaxTokenChars || text.Count(c => c == '.') != 2)
        {
            return null;
        }

        try
        {
            var token = new JsonWebToken(text);
            return token.TryGetHeaderValue<JsonElement>("crit", out _) || token.TryGetHeaderValue<JsonElement>("b64", out _) ? null : token;
        }
        catch (Exception e) when (e is ArgumentException or JsonException or FormatException or SecurityTokenException)
        {
            return null;
        }
    }

    private static async Task<bool> IsSignedAsync(JsonWebToken token, IssuerOptions issuer, IReadOnlyList<SecurityKey> keys)
    {
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            RequireSignedTokens = true,
            ValidAlgorithms = [issuer.Algorithm],
            IssuerSigningKeys = keys,
            TryAllIssuerSigningKeys = true,
            ValidateIssuerSigningKey = true,
            ValidateIssuer = true,
            ValidIssuer = issuer.Issuer,
            ValidateAudience = true,
            RequireAudience = true,
            ValidAudience = issuer.Audience,
            ValidateTokenReplay = false,
            ValidateActor = false,

            // Judge() below compares the times with the injected clock and says which one failed.
            ValidateLifetime = false,
            RequireExpirationTime = true,
        });
        return result.IsValid;
    }

    private TokenOutcome Judge(TokenClaims? claims, TrustedIssuer issuer)
    {
        if (claims is null)
        {
            return TokenOutcome.Refuse(TokenRefusal.Invalid);
        }

        var now = _clock.GetUtcNow();
        if (now - _options.ClockSkew >= claims.Expires)
        {
            return TokenOutcome.Refuse(TokenRefusal.Expired);
        }
        if (claims.NotBefore is { } from && now + _options.ClockSkew < from)
        {
            return TokenOutcome.Refuse(TokenRefusal.NotYetValid);
        }
        if (claims.IssuedAt is { } at && (at > now + _options.ClockSkew || claims.Expires - at > _options.MaxLifetime + _options.ClockSkew))
        {
            return TokenOutcome.Refuse(TokenRefusal.Invalid);
        }
        if (!claims.IsPerson)
        {
            return TokenOutcome.Refuse(TokenRefusal.RoleNotAllowed);
        }
        if (issuer.Options.Kind is IssuerKind.Supabase && !(claims.Role == "authenticated" && Guid.TryParseExact(claims.Subject, "D", out _)))
        {
            return TokenOutcome.Refuse(TokenRefusal.Invalid);
        }

        return TokenOutcome.Accept(Caller.From(issuer.Options.Issuer, claims.Subject, issuer.Primary));
    }

    public void Dispose()
    {
        foreach (var issuer in _issuers.Values)
        {
            issuer.Keys.Dispose();
        }
    }

    private sealed record TrustedIssuer(IssuerOptions Options, bool Primary, IssuerKeys Keys);
}
