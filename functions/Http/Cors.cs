namespace TrainIdentity.Functions.Http;

internal sealed class CorsOptions
{
    /// <summary>Exact origins, such as <c>https://app.example</c>; nobody else may read answers in a browser.</summary>
    public List<string> AllowedOrigins { get; set; } = [];
}

/// <summary>Cross-origin calls by an exact list, without credentials. Elsewhere than on Flex nobody else answers preflights.</summary>
internal sealed class Cors(CorsOptions options)
{
    // The original's four, and those of ours.
    private const string Headers = "authorization, x-client-info, apikey, content-type, idempotency-key, if-match, if-none-match";
    private const string Methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    private const string Exposed = "ETag, Location, Retry-After, Idempotency-Replayed";
    private const string MaxAgeSeconds = "600";

    private readonly HashSet<string> _origins = options.AllowedOrigins.ToHashSet(StringComparer.Ordinal);

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.Append("Vary", "Origin");
        var origin = context.Request.Headers.Origin;
        var allowed = origin.Count == 1 && _origins.Contains(origin[0]!);
        if (allowed)
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlExposeHeaders = Exposed;
        }
        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            return next(context);
        }

        if (allowed)
        {
            headers.AccessControlAllowMethods = Methods;
            headers.AccessControlAllowHeaders = Headers;
            headers.AccessControlMaxAge = MaxAgeSeconds;
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
