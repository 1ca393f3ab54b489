using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>Server-sent events as an answer.</summary>
internal static class EventStream
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    /// <param name="http">The call to answer.</param>
    /// <param name="write">Writes until there is nothing more to come; its token ends every wait.</param>
    public static async Task<IResult> ServeAsync(HttpContext http, Func<CancellationToken, Task> write)
    {
        var host = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        using var life = new CancellationTokenSource(Timeout.InfiniteTimeSpan, http.RequestServices.GetRequiredService<TimeProvider>());
        if (FaultStrike.Of(http, FaultKind.CloseStream) is { } fault) life.CancelAfter(fault.Delay);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone.Token, life.Token);
        http.Response.ContentType = "text/event-stream";
        try
        {
            await write(either.Token);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (OperationCanceledException) when (life.IsCancellationRequested)
        {
            // The fault: to the client this is an ordinary end.
        }

        return Results.Empty;
    }

    /// <summary>What a log has from a position on, then what comes, until it is closed.</summary>
    public static async Task FollowAsync(
        HttpContext http, JobLog log, int position, Func<DateTimeOffset, string, JsonObject> item, CancellationToken stop)
    {
        var (response, clock) = (http.Response, http.RequestServices.GetRequiredService<TimeProvider>());
        while (true)
        {
            var (lines, closed, changed) = log.From(position);
            foreach (var (at, line) in lines) await SendAsync(http, item(at, line));
            await response.Body.FlushAsync(http.RequestAborted);
            position += lines.Count;
            if (closed) return;
            try
            {
                await changed.WaitAsync(KeepAlive, clock, stop);
            }
            catch (TimeoutException)
            {
                await response.WriteAsync(": keep-alive\n\n", http.RequestAborted);
            }
        }
    }

    public static Task SendAsync(HttpContext http, JsonObject item) =>
        http.Response.WriteAsync($"data: {Answer.Text(item)}\n\n", http.RequestAborted);
}
