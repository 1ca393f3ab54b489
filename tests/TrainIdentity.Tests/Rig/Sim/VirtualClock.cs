namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>Time that stands still until somebody moves it. Timers fire one at a time, on the thread that moves it, in the order of their due times.</summary>
internal sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Due, (long At, long Order)> _due = new();
    private long _nowTicks = start.UtcTicks;
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Null when nothing would ever happen again.</summary>
    public DateTimeOffset? NextTimer
    {
        get
        {
            lock (_lock)
            {
                return Peek() is { } next ? new DateTimeOffset(next.At, TimeSpan.Zero) : null;
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _nowTicks), TimeSpan.Zero);

    public override long GetTimestamp() => Volatile.Read(ref _nowTicks);

    /// <summary>Exact to the tick, where <see cref="Task.Delay(TimeSpan, TimeProvider, CancellationToken)"/> cuts to the millisecond.</summary>
    public async Task Delay(TimeSpan time, CancellationToken stop = default)
    {
        stop.ThrowIfCancellationRequested();
        var over = new TaskCompletionSource();
        await using var timer = CreateTimer(_ => over.TrySetResult(), null, time, Timeout.InfiniteTimeSpan);
        await using var broken = stop.Register(() => over.TrySetCanceled(stop));
        await over.Task;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <returns>False when there is no timer.</returns>
    public bool AdvanceToNext()
    {
        Due next;
        lock (_lock)
        {
            if (Peek() is not { } found)
            {
                return false;
            }
            _due.Dequeue();
            next = found;
            Volatile.Write(ref _nowTicks, Math.Max(_nowTicks, found.At));
        }
        next.Timer.Fire(next);
        return true;
    }

    /// <summary>Fires what is due until then. What a callback sets off elsewhere is not waited for.</summary>
    public void AdvanceTo(DateTimeOffset time)
    {
        while (NextTimer is { } next && next <= time)
        {
            AdvanceToNext();
        }
        lock (_lock)
        {
            Volatile.Write(ref _nowTicks, Math.Max(_nowTicks, time.UtcTicks));
        }
    }

    private Due? Peek()
    {
        while (_due.TryPeek(out var next, out _))
        {
            if (next.Timer.Version == next.Version)
            {
                return next;
            }
            _due.Dequeue();
        }
        return null;
    }

    private sealed record Due(VirtualTimer Timer, int Version, long At);

    private sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        /// <summary>Only the due time that was set last counts.</summary>
        public int Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                Version++;
                _period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    Enqueue(clock._nowTicks + dueTime.Ticks);
                }
                return true;
            }
        }

        public void Fire(Due due)
        {
            lock (clock._lock)
            {
                if (due.Version != Version)
                {
                    return;
                }
                Version++;
                if (_period > TimeSpan.Zero)
                {
                    Enqueue(due.At + _period.Ticks);
                }
            }
            callback(state);
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                Version++;
                _period = Timeout.InfiniteTimeSpan;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Enqueue(long at) => clock._due.Enqueue(new Due(this, Version, at), (at, clock._order++));
    }
}
