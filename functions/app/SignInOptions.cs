using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;

namespace TrainIdentity.Functions;

/// <summary>How people sign in on the page. It is a public client: there is no secret in it.</summary>
internal sealed class SignInOptions
{
    /// <summary>The OIDC issuer that the page sends people to; empty, nobody can sign in there.</summary>
    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    public string Scope { get; set; } = "openid profile offline_access";

    /// <summary>For issuers such as Auth0, which are told by this whom the access token is for.</summary>
    public string Audience { get; set; } = "";

    /// <summary>Where else than at <see cref="Authority"/> the issuer's endpoints are, for the page to be allowed to call them.</summary>
    public List<string> Origins { get; set; } = [];

    public bool IsOffered => Authority.Length > 0;

    /// <summary>All that the page calls to sign somebody in.</summary>
    public IEnumerable<string> Connections => IsOffered ? Origins.Prepend(new Uri(Authority).GetLeftPart(UriPartial.Authority)).Distinct() : [];

    public IEnumerable<string> Faults(AuthOptions auth, bool local)
    {
        if (!IsOffered)
        {
            if (ClientId.Length > 0)
            {
                yield return "SignIn__ClientId needs SignIn__Authority, the issuer that people sign in at.";
            }
            yield break;
        }
        if (Authority.Any(c => c is <= ' ' or > '~' or '?' or '#' or '@') || !IsTrusted(Authority, local))
        {
            yield return "SignIn__Authority must be an absolute address with https.";
        }
        else if (!auth.Issuers.Any(issuer => issuer.Kind is IssuerKind.Entra || issuer.Issuer.TrimEnd('/') == Authority.TrimEnd('/')))
        {
            // Entra signs people of many tenants in at one address and names another as the issuer.
            yield return "SignIn__Authority must be one of Auth__Issuers, or no token that it gives will do.";
        }
        if (ClientId.Length == 0)
        {
            yield return "SignIn__ClientId must be the page's client id at SignIn__Authority.";
        }
        if (!Scope.Split(' ').Contains("openid"))
        {
            yield return "SignIn__Scope must contain openid.";
        }
        foreach (var origin in Origins.Where(origin => !CorsOptions.IsOrigin(origin) || origin.Any(c => c > '~') || !IsTrusted(origin, local)))
        {
            yield return $"SignIn__Origins: '{origin}' is no origin with https, such as https://login.example.";
        }
    }

    private static bool IsTrusted(string address, bool local) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (local && uri.IsLoopback && uri.Scheme == Uri.UriSchemeHttp));
}
