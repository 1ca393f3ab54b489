using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>Logs as server-sent events: what there is, then what comes, until the job is over.</summary>
internal static class JobLogRoutes
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    public static void MapJobLogRoutes(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/jobs/{ns}/{id}/logs", FollowAsync).Named(RouteNames.JobsLogs);

    private static async Task<IResult> FollowAsync(
        string ns, string id, HttpContext http, JobAccess access, TimeProvider clock, IHostApplicationLifetime host)
    {
        if (access.Find(http, ns, id, out var job, out _) is { } refusal) return refusal;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        http.Response.ContentType = "text/event-stream";
        var position = int.TryParse(http.Request.Query["tail"], out var tail) ? Math.Max(0, job.Log.Count - tail) : 0;
        try
        {
            await SendAsync(http.Response, job.Log, position, clock, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            http.Abort();
        }

        return Results.Empty;
    }

    private static async Task SendAsync(HttpResponse response, JobLog log, int position, TimeProvider clock, CancellationToken stop)
    {
        while (true)
        {
            var (lines, closed, changed) = log.From(position);
            foreach (var (at, line) in lines)
            {
                var item = new JsonObject { ["timestamp"] = HubTime.Format(at), ["data"] = line };
                await response.WriteAsync($"data: {Answer.Text(item)}\n\n", stop);
            }

            await response.Body.FlushAsync(stop);
            position += lines.Count;
            if (closed) return;
            try
            {
                await changed.WaitAsync(KeepAlive, clock, stop);
            }
            catch (TimeoutException)
            {
                await response.WriteAsync(": keep-alive\n\n", stop);
            }
        }
    }
}
