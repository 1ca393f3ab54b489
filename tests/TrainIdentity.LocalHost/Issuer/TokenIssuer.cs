using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.LocalHost;

/// <summary>
/// Two OIDC issuers on one loopback port: RS256 at the root and ES256 under <c>/ec</c>. People sign in by the authorization
/// code flow; programs name whom they want a token for.
/// </summary>
public sealed class TokenIssuer : IAsyncDisposable
{
    private readonly int _port;
    private readonly CodeFlow _rsaFlow;
    private readonly CodeFlow _ecFlow;
    private WebApplication? _server;

    private TokenIssuer(int port, TokenIssuerOptions options)
    {
        _port = port;
        Url = new Uri($"http://127.0.0.1:{port}");
        Rsa = new SigningIssuer(Url.Text(), SecurityAlgorithms.RsaSha256, options.Audience, options.Clock);
        Ec = new SigningIssuer($"{Url.Text()}/ec", SecurityAlgorithms.EcdsaSha256, options.Audience, options.Clock);
        (_rsaFlow, _ecFlow) = (new CodeFlow(Rsa, options), new CodeFlow(Ec, options));
    }

    public Uri Url { get; }

    public SigningIssuer Rsa { get; }

    public SigningIssuer Ec { get; }

    public static async Task<TokenIssuer> StartAsync(TokenIssuerOptions options, CancellationToken stop)
    {
        var issuer = new TokenIssuer(options.Port is 0 ? FreePort.Next() : options.Port, options);
        await issuer.GoUpAsync(stop);
        return issuer;
    }

    /// <summary>An RS256 token of the issuer at the root.</summary>
    public string Token(string sub, JsonObject? claims = null) => Rsa.Token(sub, claims);

    /// <summary>Answers nothing until <see cref="GoUpAsync"/>, which brings the same address and keys back.</summary>
    public async Task GoDownAsync()
    {
        if (_server is { } server) await server.DisposeAsync();
        _server = null;
    }

    public async Task GoUpAsync(CancellationToken stop) =>
        _server ??= await LoopbackServer.StartAsync(_port, services => services.AddCors(), Map, stop);

    public async ValueTask DisposeAsync() => await GoDownAsync();

    private void Map(WebApplication server)
    {
        _ = server.UseCors(cors => cors.AllowAnyOrigin().AllowAnyMethod().AllowAnyHeader());
        Map(server, "", Rsa, _rsaFlow);
        Map(server, "/ec", Ec, _ecFlow);
    }

    private static void Map(WebApplication server, string prefix, SigningIssuer issuer, CodeFlow flow)
    {
        _ = server.MapGet($"{prefix}/.well-known/openid-configuration", context => WriteAsync(context, issuer.Discovery()));
        _ = server.MapGet($"{prefix}/.well-known/jwks.json", context => WriteAsync(context, issuer.Keys()));
        _ = server.MapPost($"{prefix}/token", context => AnswerTokenAsync(context, issuer, flow));
        flow.Map(server, prefix);
    }

    // curl sends JSON as a form unless told otherwise, so the media type is not asked for.
    private static async Task AnswerTokenAsync(HttpContext context, SigningIssuer issuer, CodeFlow flow)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        if (Subject(body) is { } asked)
        {
            await WriteAsync(context, new JsonObject { ["access_token"] = issuer.Token(asked.Subject, asked.Claims) });
            return;
        }

        var (answer, refused) = flow.Tokens(QueryHelpers.ParseQuery(body));
        if (refused)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            answer["error_description"] = "Send {\"sub\":\"…\",\"claims\":{…}}, or the form of an app that somebody signed in to.";
        }
        await WriteAsync(context, answer);
    }

    private static (string Subject, JsonObject? Claims)? Subject(string body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject asked && asked["sub"] is JsonValue sub && sub.TryGetValue<string>(out var subject)
                ? (subject, asked["claims"] as JsonObject)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task WriteAsync(HttpContext context, JsonObject answer)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(answer.ToJsonString());
    }
}
