namespace TrainIdentity.Hub;

/// <summary>Cancels when its time is up by the given clock, or when the outer cancellation comes.</summary>
public sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _either;

    public TimeLimit(TimeSpan time, TimeProvider clock, CancellationToken stop)
    {
        _time = new CancellationTokenSource(time, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(stop, _time.Token);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Puts the end off, for as long as something still moves.</summary>
    public void Restart(TimeSpan time) => _time.CancelAfter(time);

    public void Dispose()
    {
        _either.Dispose();
        _time.Dispose();
    }
}
