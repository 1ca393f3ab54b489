using System.Collections.Concurrent;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>One answered call.</summary>
/// <param name="Route">Its route name, such as <c>batch</c>; null where routes have none.</param>
/// <param name="Method">In upper case.</param>
/// <param name="Path">Without query.</param>
/// <param name="Authorized">Whether it carried an <c>Authorization</c> header.</param>
/// <param name="RequestBytes">The length it stated.</param>
/// <param name="Status">Of the answer; 0 when the connection was cut.</param>
public sealed record HubCall(string? Route, string Method, string Path, bool Authorized, long? RequestBytes, int Status);

/// <summary>The latest calls to both listeners, oldest first.</summary>
public sealed class CallLog
{
    private const int MaxCalls = 10_000;

    private readonly ConcurrentQueue<HubCall> _calls = [];

    public IReadOnlyList<HubCall> Latest => [.. _calls];

    internal async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        finally
        {
            var (request, cut) = (http.Request, http.RequestAborted.IsCancellationRequested);
            _calls.Enqueue(new(RouteNames.Of(http), request.Method, request.Path.Value ?? "", request.Headers.Authorization.Count > 0,
                request.ContentLength, cut ? 0 : http.Response.StatusCode));
            if (_calls.Count > MaxCalls) _ = _calls.TryDequeue(out _);
        }
    }
}
