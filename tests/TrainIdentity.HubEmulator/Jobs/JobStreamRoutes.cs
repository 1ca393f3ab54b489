using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>What a job prints, needs and goes through, while it does.</summary>
internal static class JobStreamRoutes
{
    private const string Address = "/api/jobs/{ns}/{id}";
    private static readonly TimeSpan BetweenMetrics = TimeSpan.FromSeconds(1);

    public static void MapJobStreamRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet($"{Address}/logs", FollowLogsAsync).Named(RouteNames.JobsLogs);
        routes.MapGet($"{Address}/metrics", MeasureAsync).Named(RouteNames.JobsMetrics);
        routes.MapGet($"{Address}/events", FollowEventsAsync).Named(RouteNames.JobsEvents);
    }

    private static async Task<IResult> FollowLogsAsync(string ns, string id, HttpContext http, JobAccess access)
    {
        if (access.Find(http, ns, id, out var job, out _) is { } refusal) return refusal;
        var position = int.TryParse(http.Request.Query["tail"], out var tail) ? Math.Max(0, job.Log.Count - tail) : 0;
        return await EventStream.ServeAsync(http, stop => EventStream.FollowAsync(http, job.Log, position, Line, stop));
    }

    /// <remarks>What the Hub sends here is not documented; the official client passes each item on as text.</remarks>
    private static async Task<IResult> FollowEventsAsync(string ns, string id, HttpContext http, JobAccess access)
    {
        if (access.Find(http, ns, id, out var job, out _) is { } refusal) return refusal;
        return await EventStream.ServeAsync(http, stop => EventStream.FollowAsync(http, job.Stages, 0, Stage, stop));
    }

    private static async Task<IResult> MeasureAsync(string ns, string id, HttpContext http, JobAccess access, TimeProvider clock)
    {
        if (access.Find(http, ns, id, out var job, out _) is { } refusal) return refusal;
        if (job.Stages.Closed) return new Refusal(500, "Internal Error - We're working hard to fix this as soon as possible!");
        return await EventStream.ServeAsync(http, stop => WriteMetricsAsync(http, job, clock, stop));
    }

    private static async Task WriteMetricsAsync(HttpContext http, Job job, TimeProvider clock, CancellationToken stop)
    {
        while (true)
        {
            var (_, over, changed) = job.Stages.From(0);
            if (over) return;
            if (job.Stage is JobStage.Running) await EventStream.SendAsync(http, Metrics());
            await http.Response.Body.FlushAsync(http.RequestAborted);
            try
            {
                await changed.WaitAsync(BetweenMetrics, clock, stop);
            }
            catch (TimeoutException)
            {
                // Time for the next.
            }
        }
    }

    private static JsonObject Line(DateTimeOffset at, string line) => new() { ["timestamp"] = HubTime.Format(at), ["data"] = line };

    private static JsonObject Stage(DateTimeOffset at, string stage) => new() { ["timestamp"] = HubTime.Format(at), ["stage"] = stage };

    private static JsonObject Metrics() => new()
    {
        ["cpu_usage_pct"] = 50,
        ["cpu_millicores"] = 4000,
        ["memory_used_bytes"] = 8L << 30,
        ["memory_total_bytes"] = 32L << 30,
        ["rx_bps"] = 0,
        ["tx_bps"] = 0,
        ["gpus"] = new JsonObject(),
        ["replica"] = "0",
    };
}
