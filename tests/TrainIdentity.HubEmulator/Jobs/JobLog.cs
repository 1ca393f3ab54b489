namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>The lines a job printed, and a signal for those who follow.</summary>
internal sealed class JobLog
{
    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset At, string Line)> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Closed { get; private set; }

    public int Count
    {
        get
        {
            lock (_gate) return _lines.Count;
        }
    }

    public void Write(DateTimeOffset at, string line) => Change(() => _lines.Add((at, line)));

    /// <summary>Nothing more will come.</summary>
    public void Close() => Change(() => Closed = true);

    /// <summary>What there is from a position on, whether that was all, and a task that ends with the next change.</summary>
    public (IReadOnlyList<(DateTimeOffset At, string Line)> Lines, bool Closed, Task Changed) From(int position)
    {
        lock (_gate) return (_lines[position..], Closed, _changed.Task);
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
