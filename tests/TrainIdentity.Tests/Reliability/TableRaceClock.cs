namespace TrainIdentity.Tests.Reliability;

/// <summary>
/// Time that a race moves. Timers never fire: a host's heartbeat counts as one more of its steps, and a host that makes
/// none is one that hangs.
/// </summary>
internal sealed class TableRaceClock(Func<DateTimeOffset> now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Silent();

    private sealed class Silent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
