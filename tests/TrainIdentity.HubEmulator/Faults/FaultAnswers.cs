using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Lfs;

namespace TrainIdentity.HubEmulator.Faults;

/// <summary>What a client is told when a fault strikes.</summary>
internal static class FaultAnswers
{
    private const string Page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";

    public static IResult For(Fault fault) => fault.Kind switch
    {
        _ when fault.Body is { } body => new Told(fault, fault.Status ?? 500, body, "application/json"),
        FaultKind.S3Timeout => StorageError.RequestTimeout,
        FaultKind.ExpireUrls when fault.Route is not RouteNames.Complete => StorageError.Expired,
        FaultKind.Html => new Told(fault, fault.Status ?? 502, Page, "text/html; charset=utf-8"),
        _ => Refuse(fault) with { Headers = Headers(fault) },
    };

    private static Refusal Refuse(Fault fault) => fault.Kind switch
    {
        FaultKind.RateLimit => Refusals.RateLimited,
        FaultKind.Busy => Refusals.Busy,
        FaultKind.ExistsWithoutUrl => new(409, "A repository with this name already exists"),
        FaultKind.StaleParent => Refusals.Moved,
        FaultKind.TokenRevoked => Refusals.BadCredentials,
        FaultKind.ExpireUrls => Refusals.BadSignature,
        FaultKind.Quota => new(fault.Status ?? 403,
            "Private repository storage limit reached, please upgrade your plan to increase your private storage limit"),
        _ => new(fault.Status ?? 500, TextFor(fault.Status ?? 500)),
    };

    private static string TextFor(int status) => status switch
    {
        402 => "Payment required: add credits to continue",
        403 => "Forbidden",
        409 => "Conflict",
        412 => Refusals.Moved.Error,
        429 => Refusals.RateLimited.Error,
        503 => "Service temporarily unavailable",
        504 => "Gateway timeout",
        _ => "Internal Error - We're working hard to fix this as soon as possible!",
    };

    private static Dictionary<string, string> Headers(Fault fault)
    {
        var headers = new Dictionary<string, string>(fault.Headers ?? new Dictionary<string, string>());
        if (fault.Kind is FaultKind.RateLimit) _ = headers.TryAdd("RateLimit", "\"api\";r=0;t=2");
        return headers;
    }

    /// <summary>A body given word for word; a content type among the headers wins.</summary>
    private sealed record Told(Fault Fault, int Status, string Body, string ContentType) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = Status;
            httpContext.Response.ContentType = ContentType;
            foreach (var (name, value) in Headers(Fault)) httpContext.Response.Headers[name] = value;
            return httpContext.Response.WriteAsync(Body, httpContext.RequestAborted);
        }
    }
}
