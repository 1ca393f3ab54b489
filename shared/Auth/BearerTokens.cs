using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Auth;

/// <summary>Turns an <c>Authorization</c> header into a <see cref="Caller"/>, or says why not.</summary>
public sealed class BearerTokens
{
    private const string Scheme = "Bearer ";

    // Supabase signs a project's API keys with the project's secret, but under this name.
    private const string ApiKeyIssuer = "supabase";

    private readonly AuthOptions _options;
    private readonly TokenRules _rules;
    private readonly Dictionary<string, TrustedIssuer> _issuers;
    private readonly TrustedIssuer? _apiKeys;

    /// <param name="http">Reads discovery documents and key sets; must not follow redirects.</param>
    /// <param name="sharedSecret">Of <see cref="IssuerKind.SupabaseSecret"/>, asked for with every such token; null is "not configured".</param>
    public BearerTokens(AuthOptions options, HttpClient http, bool local, TimeProvider clock, Func<CancellationToken, ValueTask<string?>> sharedSecret)
    {
        _options = options;
        _rules = new TokenRules(options, clock);
        _issuers = options.Issuers.Select((issuer, n) => new TrustedIssuer(issuer, n == 0, Keys(issuer)))
            .ToDictionary(trusted => trusted.Options.Issuer, StringComparer.Ordinal);
        _apiKeys = _issuers.Values.FirstOrDefault(trusted => trusted.Options.Kind is IssuerKind.SupabaseSecret);

        FindKeys Keys(IssuerOptions issuer)
        {
            if (issuer.Kind is IssuerKind.SupabaseSecret)
            {
                var secret = new SharedSecret(sharedSecret);
                return (_, stop) => secret.FindAsync(stop);
            }
            return new IssuerKeys(new IssuerDocuments(issuer, options, http, local).ReadKeysAsync, options, clock).FindAsync;
        }
    }

    /// <returns>Null when the issuer cannot be asked.</returns>
    private delegate ValueTask<IReadOnlyList<SecurityKey>?> FindKeys(string? kid, CancellationToken stop);

    public async ValueTask<TokenOutcome> ReadAsync(string? authorization, CancellationToken stop)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return TokenOutcome.Refuse(TokenRefusal.Missing);
        }
        if (authorization.Length - Scheme.Length > _options.MaxTokenChars || !SignedToken.TryRead(authorization[Scheme.Length..], out var token))
        {
            return TokenOutcome.Refuse(TokenRefusal.Invalid);
        }
        if (TokenClaims.Read(token.Payload) is not { } claims || Issuer(claims.Issuer) is not { } issuer || token.Algorithm != issuer.Options.Signs)
        {
            return TokenOutcome.Refuse(TokenRefusal.Invalid);
        }

        if (await issuer.Keys(token.KeyId, stop) is not { } keys)
        {
            return TokenOutcome.Refuse(TokenRefusal.IssuerUnavailable);
        }
        if (!await TokenSignature.IsByAsync(token, keys))
        {
            return TokenOutcome.Refuse(TokenRefusal.Invalid);
        }

        return _rules.Judge(claims, issuer.Options, out var subject) is { } refusal
            ? TokenOutcome.Refuse(refusal)
            : TokenOutcome.Accept(Caller.From(issuer.Options.Issuer, subject, issuer.Primary));
    }

    /// <summary>API keys never get past the rules; knowing them lets us say that they are nobody's, not that they are forged.</summary>
    private TrustedIssuer? Issuer(string name) => _issuers.GetValueOrDefault(name) ?? (name == ApiKeyIssuer ? _apiKeys : null);

    private sealed record TrustedIssuer(IssuerOptions Options, bool Primary, FindKeys Keys);
}
