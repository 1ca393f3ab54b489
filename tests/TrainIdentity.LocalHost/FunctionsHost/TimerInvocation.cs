using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainIdentity.LocalHost;

/// <summary>One call of a timer function: the host's JSON envelope at the handler's root, without the marks of proxied HTTP.</summary>
internal sealed class TimerInvocation(SupervisedHandler handler, TimeSpan functionTimeout, TimeProvider clock) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null })
    {
        BaseAddress = handler.Url,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <exception cref="LocalHostException">The handler is down for good.</exception>
    public async Task<TimerRun> RunAsync(TimerFunction function, JsonObject? status, CancellationToken stop)
    {
        await handler.WaitUntilReadyAsync(stop);
        using var late = new CancellationTokenSource(functionTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        TimerRun? unfinished = null;
        try
        {
            var run = await CallAsync(function, Envelope(function, status), either.Token);
            if (!IsUnfinished(run)) return run;
            unfinished = run;
            // An empty answer never completes the invocation.
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            handler.KillForTimeout();
        }
        catch (HttpRequestException)
        {
            // The handler ended during the call; the next tick finds it again.
        }

        return unfinished ?? new TimerRun(false, null, "");
    }

    public void Dispose() => _http.Dispose();

    private async Task<TimerRun> CallAsync(TimerFunction function, JsonObject envelope, CancellationToken stop)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, $"/{function.Name}") { Content = JsonContent.Create(envelope) };
        call.Headers.TransferEncodingChunked = true;
        _ = call.Headers.TryAddWithoutValidation("User-Agent", $"Azure-Functions-Host/{HostVersion.Text}");
        _ = call.Headers.TryAddWithoutValidation("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        _ = call.Headers.TryAddWithoutValidation("X-Azure-Functions-HostVersion", HostVersion.Text);
        using var answer = await _http.SendAsync(call, stop);
        var body = await answer.Content.ReadAsStringAsync(stop);
        return new TimerRun(answer.IsSuccessStatusCode && IsJson(body), (int)answer.StatusCode, body);
    }

    private JsonObject Envelope(TimerFunction function, JsonObject? status) => new()
    {
        ["Data"] = new JsonObject
        {
            [function.Binding] = new JsonObject
            {
                ["Schedule"] = new JsonObject { ["AdjustForDST"] = true },
                ["ScheduleStatus"] = status?.DeepClone(),
                ["IsPastDue"] = false,
            },
        },
        ["Metadata"] = new JsonObject
        {
            ["sys"] = new JsonObject
            {
                ["MethodName"] = function.Name,
                ["UtcNow"] = clock.GetUtcNow().UtcDateTime,
                ["RandGuid"] = Guid.NewGuid().ToString(),
            },
        },
    };

    private static bool IsUnfinished(TimerRun run) => run.Status is >= 200 and < 300 && run.Body.Trim() is "" or "null";

    private static bool IsJson(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind is JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
