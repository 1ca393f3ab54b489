using System.Security.Cryptography;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>What the Hub puts on every answer: its request id and the state of the rate limit.</summary>
internal sealed class HubHeaders(TimeProvider clock)
{
    private const int WindowSeconds = 300;
    private const int ApiQuota = 1_000_000;
    private const int ResolverQuota = 1_000_000;

    private long _window;
    private int _used;

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers["X-Powered-By"] = "huggingface-moon";
        headers["X-Request-Id"] = RequestId(http.Request.Headers["X-Amzn-Trace-Id"]);
        var (bucket, quota) = http.Request.Path.Value!.Contains("/resolve/", StringComparison.Ordinal)
            ? ("resolvers", ResolverQuota)
            : ("api", ApiQuota);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var left = Math.Max(1, quota - Used(now / WindowSeconds));
        headers["RateLimit"] = $"\"{bucket}\";r={left};t={WindowSeconds - (now % WindowSeconds)}";
        headers["RateLimit-Policy"] = $"\"fixed window\";\"{bucket}\";q={quota};w={WindowSeconds}";
        return next(http);
    }

    /// <summary>Those that also belong on an answer that replaces another.</summary>
    public static IReadOnlyList<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> Keep(IHeaderDictionary headers) =>
        [.. headers.Where(header => header.Key is "X-Powered-By" or "X-Request-Id" or "RateLimit" or "RateLimit-Policy")];

    private string RequestId(string? trace)
    {
        var root = $"Root=1-{clock.GetUtcNow().ToUnixTimeSeconds():x8}-{RandomNumberGenerator.GetHexString(24, lowercase: true)}";
        return trace is { Length: > 0 } ? $"{root};{trace}" : root;
    }

    private int Used(long window)
    {
        if (Interlocked.Exchange(ref _window, window) != window) _used = 0;
        return Interlocked.Increment(ref _used);
    }
}
