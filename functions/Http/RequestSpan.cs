using System.Diagnostics;

namespace TrainIdentity.Functions.Http;

/// <summary>Names the span of a request by its route. Its address, which holds ids, stays out of it.</summary>
internal static class RequestSpan
{
    public static Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        Activity.Current is { IsAllDataRequested: true } span ? NamedAsync(context, next, span) : next(context);

    private static async Task NamedAsync(HttpContext context, RequestDelegate next, Activity span)
    {
        try
        {
            await next(context);
        }
        finally
        {
            var method = Known(context.Request.Method);
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown";
            span.DisplayName = $"{method} {route}";
            span.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("http.response.status_code", context.Response.StatusCode);
            if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
            {
                span.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    /// <summary>A method is a word of the caller's, too.</summary>
    private static string Known(string method) => method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" ? method : "_OTHER";
}
