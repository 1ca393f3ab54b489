using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.LocalHost;

/// <summary>Signing people in at one issuer. It remembers nobody: whoever is sent here chooses anew who to be.</summary>
internal sealed class CodeFlow(SigningIssuer issuer, TokenIssuerOptions options)
{
    private const int MostNameChars = 100;

    private readonly Grants _grants = new(options.Clock);

    public void Map(IEndpointRouteBuilder server, string prefix)
    {
        _ = server.MapGet($"{prefix}/authorize", context => AuthorizeAsync(context, _ => SignInPage.ShowAsync(context)));
        _ = server.MapPost($"{prefix}/authorize", context => AuthorizeAsync(context, request => SignInAsync(context, request)));
        _ = server.MapGet($"{prefix}/end_session", SignOutAsync);
    }

    /// <summary>The answer to a form sent to the token endpoint, and whether it is a refusal.</summary>
    public (JsonObject Answer, bool Refused) Tokens(IReadOnlyDictionary<string, StringValues> form)
    {
        string? One(string name) => form.GetValueOrDefault(name) is [{ } value] ? value : null;
        if (One("client_id") != options.ClientId) return Refusal("invalid_client");
        return One("grant_type") switch
        {
            "authorization_code" => _grants.TakeCode(One("code")) is { } grant && One("redirect_uri") == grant.Request.ReturnTo && Proves(One("code_verifier"), grant.Request.Challenge)
                ? (Tokens(grant, grant.Request.Nonce), false)
                : Refusal("invalid_grant"),
            "refresh_token" => _grants.TakeRefreshToken(One("refresh_token")) is { } grant ? (Tokens(grant, nonce: null), false) : Refusal("invalid_grant"),
            _ => Refusal("unsupported_grant_type"),
        };
    }

    private async Task AuthorizeAsync(HttpContext context, Func<SignInRequest, Task> go)
    {
        var query = context.Request.Query;
        if (query["client_id"] != options.ClientId || SignInRequest.KnownReturn(query, "redirect_uri", options) is not { } returnTo)
        {
            await SignInPage.RefuseAsync(context, "This app, or the address it wants you sent back to, is not known here.");
            return;
        }

        var (request, error) = SignInRequest.Read(query, returnTo);
        if (request is null) Return(context, SignInRequest.Back(returnTo, query["state"], "error", error!));
        else await go(request);
    }

    private async Task SignInAsync(HttpContext context, SignInRequest request)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["name"] is not [{ } given] || given.Trim() is not { Length: > 0 and <= MostNameChars } name)
        {
            await SignInPage.RefuseAsync(context, "Go back and say a name of at most 100 characters.");
            return;
        }

        Return(context, SignInRequest.Back(request.ReturnTo, request.State, "code", _grants.Code(name.ToLowerInvariant(), name, request)));
    }

    private async Task SignOutAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!query.ContainsKey("post_logout_redirect_uri")) await SignInPage.SayAsync(context, "You are signed out.");
        else if (SignInRequest.KnownReturn(query, "post_logout_redirect_uri", options) is not { } returnTo) await SignInPage.RefuseAsync(context, "You are signed out. The app's address is not known here.");
        else Return(context, query["state"] is [{ } state] ? QueryHelpers.AddQueryString(returnTo, "state", state) : returnTo);
    }

    private JsonObject Tokens(Grant grant, string? nonce)
    {
        var claims = new JsonObject
        {
            ["aud"] = options.ClientId,
            ["name"] = grant.Name,
            ["auth_time"] = grant.At.ToUnixTimeSeconds(),
            ["nonce"] = nonce,
            ["role"] = null,
        };
        var answer = new JsonObject
        {
            ["access_token"] = issuer.Token(grant.Subject),
            ["id_token"] = issuer.Token(grant.Subject, claims),
            ["token_type"] = "Bearer",
            ["expires_in"] = (int)SigningIssuer.Lifetime.TotalSeconds,
            ["scope"] = grant.Request.Scope,
        };
        if (grant.Request.Scope.Split(' ').Contains("offline_access")) answer["refresh_token"] = _grants.RefreshToken(grant);
        return answer;
    }

    private static bool Proves(string? verifier, string challenge) =>
        verifier is not null && Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) == challenge;

    private static (JsonObject Answer, bool Refused) Refusal(string error) => (new JsonObject { ["error"] = error }, true);

    // After a form, too, the browser is to GET what it is sent to.
    private static void Return(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
    }
}
