using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.LocalHost;

/// <summary>Two OIDC issuers on one loopback port: RS256 at the root and ES256 under <c>/ec</c>.</summary>
public sealed class TokenIssuer : IAsyncDisposable
{
    private readonly int _port;
    private WebApplication? _server;

    private TokenIssuer(int port, string audience, TimeProvider clock)
    {
        _port = port;
        Url = new Uri($"http://127.0.0.1:{port}");
        Rsa = new SigningIssuer(Url.Text(), SecurityAlgorithms.RsaSha256, audience, clock);
        Ec = new SigningIssuer($"{Url.Text()}/ec", SecurityAlgorithms.EcdsaSha256, audience, clock);
    }

    public Uri Url { get; }

    public SigningIssuer Rsa { get; }

    public SigningIssuer Ec { get; }

    public static async Task<TokenIssuer> StartAsync(TokenIssuerOptions options, CancellationToken stop)
    {
        var issuer = new TokenIssuer(options.Port is 0 ? FreePort.Next() : options.Port, options.Audience, options.Clock);
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
        Map(server, "", Rsa);
        Map(server, "/ec", Ec);
    }

    private static void Map(WebApplication server, string prefix, SigningIssuer issuer)
    {
        _ = server.MapGet($"{prefix}/.well-known/openid-configuration", context => WriteAsync(context, issuer.Discovery()));
        _ = server.MapGet($"{prefix}/.well-known/jwks.json", context => WriteAsync(context, issuer.Keys()));
        _ = server.MapPost($"{prefix}/token", context => AnswerTokenAsync(context, issuer));
    }

    private static async Task AnswerTokenAsync(HttpContext context, SigningIssuer issuer)
    {
        if (await ReadAsync(context.Request) is not { } asked || asked["sub"] is not JsonValue sub || !sub.TryGetValue<string>(out var subject))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(context, new JsonObject { ["error"] = "invalid_request", ["error_description"] = "Send {\"sub\":\"…\",\"claims\":{…}}." });
            return;
        }

        await WriteAsync(context, new JsonObject { ["access_token"] = issuer.Token(subject, asked["claims"] as JsonObject) });
    }

    // curl sends JSON as a form unless told otherwise, so the media type is not asked for.
    private static async Task<JsonObject?> ReadAsync(HttpRequest request)
    {
        try
        {
            return await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted) as JsonObject;
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
