namespace TrainIdentity.Functions.Http;

internal sealed class CorsOptions
{
    /// <summary>Exact origins, such as <c>https://app.example</c>; nobody else may read answers in a browser.</summary>
    public List<string> AllowedOrigins { get; set; } = [];

    /// <summary>An entry that no browser ever sends, or that anybody can send, is a mistake.</summary>
    public IEnumerable<string> Faults(bool local)
    {
        foreach (var origin in AllowedOrigins)
        {
            if (!IsOrigin(origin))
            {
                yield return $"Cors__AllowedOrigins: '{origin}' is no origin as browsers send it, such as https://app.example.";
            }
            else if (!origin.StartsWith("https:", StringComparison.Ordinal) && !(local && new Uri(origin).IsLoopback))
            {
                yield return $"Cors__AllowedOrigins: '{origin}' must use https, or anybody on the way could read what the page reads.";
            }
        }
    }

    public static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.GetLeftPart(UriPartial.Authority) == origin && uri.UserInfo.Length == 0;
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
        if (!IsPreflight(context.Request))
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

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;
}
