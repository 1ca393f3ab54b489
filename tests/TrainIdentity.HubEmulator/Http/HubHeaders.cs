using System.Security.Cryptography;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>What the Hub puts on every answer, its request id and the state of the rate limit; beyond the limit that is all there is.</summary>
internal sealed class HubHeaders(HubEmulatorOptions options)
{
    private readonly TimeProvider _clock = options.Clock;
    private readonly RateWindow _window = new(options.RateLimits, options.Clock);

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers["X-Powered-By"] = "huggingface-moon";
        headers["X-Request-Id"] = RequestId(http.Request.Headers["X-Amzn-Trace-Id"]);
        if (http.Request.Path.StartsWithSegments("/_emulator")) return next(http);

        var state = _window.Take(http.Request.Headers.Authorization.ToString(), http.Request.Path.Value!);
        headers["RateLimit"] = state.Header;
        headers["RateLimit-Policy"] = state.Policy;
        return state.Exceeded ? Refusals.RateLimited.ExecuteAsync(http) : next(http);
    }

    /// <summary>Those that also belong on an answer that replaces another.</summary>
    public static IReadOnlyList<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> Keep(IHeaderDictionary headers) =>
        [.. headers.Where(header => header.Key is "X-Powered-By" or "X-Request-Id" or "RateLimit" or "RateLimit-Policy")];

    private string RequestId(string? trace)
    {
        var root = $"Root=1-{_clock.GetUtcNow().ToUnixTimeSeconds():x8}-{RandomNumberGenerator.GetHexString(24, lowercase: true)}";
        return trace is { Length: > 0 } ? $"{root};{trace}" : root;
    }
}
