namespace TrainIdentity.LocalHost;

/// <summary>The handler over all its starts: always at the same address, started again whenever it ends.</summary>
internal sealed class SupervisedHandler : IAsyncDisposable
{
    // A handler that never once answered has nothing to recover; going on would only hide why.
    private const int StartsBeforeFirstAnswer = 3;
    private static readonly TimeSpan PauseAfterFailedStart = TimeSpan.FromMilliseconds(250);

    private readonly HandlerLaunch _launch;
    private readonly Readiness _readiness;
    private readonly HandlerOutput _output;
    private readonly CrashCount _crashes;
    private readonly FunctionsHostOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<string> _wentDown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private volatile TaskCompletionSource _ready = NotReady();
    private volatile ChildProcess? _current;
    private volatile ChildProcess? _killedByHost;
    private volatile bool _everReady;
    private volatile int _starts;

    public SupervisedHandler(Uri url, HandlerLaunch launch, TimeSpan initializationTimeout, FunctionsHostOptions options)
    {
        (Url, _launch, _options) = (url, launch, options);
        _readiness = new Readiness(url, initializationTimeout, options.Clock);
        _output = new HandlerOutput(options.Log);
        _crashes = new CrashCount(options.CrashLimit, options.Clock);
        _running = Task.Run(RunAsync);
    }

    public Uri Url { get; }

    public int Starts => _starts;

    public int ProcessId => _current?.Id ?? 0;

    public IReadOnlyList<string> Lines => _output.Lines;

    /// <summary>Ends with the reason when the handler is not started again.</summary>
    public Task<string> WentDown => _wentDown.Task;

    /// <exception cref="LocalHostException">The handler is down for good.</exception>
    public Task WaitUntilReadyAsync(CancellationToken stop) => _ready.Task.WaitAsync(stop);

    /// <summary>SIGKILL from outside: a crash to the host.</summary>
    public void Kill() => _current?.Kill();

    /// <summary>SIGKILL by the host itself, for an invocation that took too long: no crash.</summary>
    public void KillForTimeout()
    {
        _killedByHost = _current;
        Kill();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Kill();
        await _running;
        _readiness.Dispose();
        _stop.Dispose();
    }

    private static TaskCompletionSource NotReady() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        string? reason = null;
        try
        {
            while (reason is null && !_stop.IsCancellationRequested) reason = await RunOnceAsync();
        }
        catch (LocalHostException cannotStart)
        {
            reason = cannotStart.Message;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped during a pause.
        }

        GoDown(reason ?? "The Functions host is stopping.");
    }

    /// <returns>Why the handler is not to be started again, or null.</returns>
    private async Task<string?> RunOnceAsync()
    {
        await using var process = new ChildProcess(_output.Add);
        process.Start(_launch.Command());
        _current = process;
        _ = Interlocked.Increment(ref _starts);
        var answered = await _readiness.WaitAsync(process, _stop.Token);
        if (answered) BecomeReady();
        else process.Kill();
        var exitCode = await process.Exited;
        if (answered) _ready = NotReady();
        if (_stop.IsCancellationRequested) return null;
        _options.Log($"The handler ended with exit code {exitCode}.");
        if (_killedByHost != process && _crashes.Reaches(exitCode)) return $"The handler crashed {_options.CrashLimit} times within 30 minutes.";
        if (!_everReady && _starts >= StartsBeforeFirstAnswer) return await NeverReadyAsync(process, exitCode);
        if (!answered) await Task.Delay(PauseAfterFailedStart, _options.Clock, _stop.Token);
        return null;
    }

    private async Task<string> NeverReadyAsync(ChildProcess process, int exitCode)
    {
        await process.ReadToEndAsync();
        var lastLine = Lines.LastOrDefault(line => line.Trim().Length > 0) ?? "it printed nothing";
        return $"The handler never answered in {_starts} starts (exit code {exitCode}): {lastLine.Trim()}";
    }

    private void BecomeReady()
    {
        _everReady = true;
        _options.Log($"The handler is ready at {Url.Text()} (process {ProcessId}).");
        _ready.SetResult();
    }

    private void GoDown(string reason)
    {
        if (_ready.Task.IsCompleted) _ready = NotReady();
        _ready.SetException(new LocalHostException(reason));
        // Nobody may be waiting for a handler that is down.
        _ = _ready.Task.Exception;
        _wentDown.SetResult(reason);
    }
}
