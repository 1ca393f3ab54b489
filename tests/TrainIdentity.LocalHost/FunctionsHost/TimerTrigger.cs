using System.Text.Json.Nodes;
using NCrontab;

namespace TrainIdentity.LocalHost;

/// <summary>Calls one timer function at its times, one run after the other.</summary>
internal sealed class TimerTrigger(TimerFunction function, TimerInvocation invocation, string schedule, FunctionsHostOptions options)
    : IDisposable
{
    private static readonly CrontabSchedule.ParseOptions WithSeconds = new() { IncludingSeconds = true };

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly CrontabSchedule _schedule = CrontabSchedule.Parse(schedule, WithSeconds);
    private JsonObject? _status;

    public string Name => function.Name;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            if (function.RunOnStartup) _ = await FireAsync(stop);
            while (true)
            {
                await Task.Delay(Next() - Now(), options.Clock, stop);
                _ = await FireAsync(stop);
            }
        }
        catch (Exception reason) when (reason is OperationCanceledException or LocalHostException)
        {
            // The host stops, or the handler is down for good.
        }
    }

    public async Task<TimerRun> FireAsync(CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            var run = await invocation.RunAsync(function, _status, stop);
            if (!run.Succeeded) options.Log($"{Name} failed with {run.Status?.ToString() ?? "no answer"}.");
            if (function.UseMonitor) _status = Status();
            return run;
        }
        finally
        {
            _ = _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private DateTime Now() => options.Clock.GetUtcNow().UtcDateTime;

    private DateTime Next() => options.TimerEvery is { } every ? Now() + every : _schedule.GetNextOccurrence(Now());

    private JsonObject Status() => new() { ["Last"] = Now(), ["Next"] = Next(), ["LastUpdated"] = Now() };
}
