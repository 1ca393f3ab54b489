using Microsoft.AspNetCore.WebUtilities;

namespace TrainIdentity.LocalHost;

/// <summary>With what an app sends somebody here to sign in: the authorization code flow with PKCE and nothing else.</summary>
/// <param name="Challenge">The SHA-256 of a secret that only the app's own page knows.</param>
internal sealed record SignInRequest(string ReturnTo, string Scope, string? State, string? Nonce, string Challenge)
{
    // SHA-256 in base64url.
    private const int ChallengeChars = 43;

    /// <summary>The address to return to when it is one of ours; nobody is sent anywhere else.</summary>
    public static string? KnownReturn(IQueryCollection query, string name, TokenIssuerOptions options) =>
        query[name] is [{ } address] && options.Pages.Any(page => page.AbsoluteUri == address) ? address : null;

    /// <summary>The request, or the error to return with.</summary>
    public static (SignInRequest? Request, string? Error) Read(IQueryCollection query, string returnTo)
    {
        string? One(string name) => query[name] is [{ Length: > 0 } value] ? value : null;
        var scope = One("scope") ?? "";
        return One("response_type") != "code" ? (null, "unsupported_response_type")
            : !scope.Split(' ').Contains("openid") ? (null, "invalid_scope")
            : One("code_challenge_method") != "S256" || One("code_challenge") is not { Length: ChallengeChars } challenge ? (null, "invalid_request")
            : One("prompt") == "none" ? (null, "login_required")
            : (new SignInRequest(returnTo, scope, One("state"), One("nonce"), challenge), null);
    }

    public static string Back(string returnTo, string? state, string name, string value) =>
        QueryHelpers.AddQueryString(returnTo, new Dictionary<string, string?> { [name] = value, ["state"] = state });
}
