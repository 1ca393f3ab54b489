namespace TrainIdentity.HubEmulator.Faults;

/// <summary>The failures still to come, struck in the order in which they were added.</summary>
public sealed class FaultBook
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _waiting = [];
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;

    /// <summary>Those with calls left to strike.</summary>
    public IReadOnlyList<Fault> Waiting
    {
        get
        {
            lock (_gate) return [.. _waiting];
        }
    }

    /// <summary>Calls that suffered one so far.</summary>
    public int Struck { get; private set; }

    /// <exception cref="ArgumentException">No such route, a kind that it cannot suffer, or not even one call.</exception>
    public void Add(Fault fault)
    {
        if (FaultRules.Refuse(fault) is { } wrong) throw new ArgumentException(wrong, nameof(fault));
        lock (_gate) _waiting.Add(fault);
    }

    /// <summary>Ends once a <see cref="FaultKind.Hold"/> keeps a call waiting.</summary>
    public Task WaitUntilHeldAsync(CancellationToken stop)
    {
        lock (_gate) return _arrived.Task.WaitAsync(stop);
    }

    /// <summary>Forgets what is still to come and lets held calls go on.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _waiting.Clear();
            _released.SetResult();
            _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    internal Fault? Take(string route)
    {
        lock (_gate)
        {
            var at = _waiting.FindIndex(fault => fault.Route == route);
            if (at < 0) return null;
            Struck++;
            var fault = _waiting[at];
            if (fault.Times > 1) _waiting[at] = fault with { Times = fault.Times - 1 };
            else _waiting.RemoveAt(at);
            return fault;
        }
    }

    internal async Task HoldAsync(CancellationToken stop)
    {
        Task released;
        lock (_gate)
        {
            released = _released.Task;
            _held++;
            _ = _arrived.TrySetResult();
        }

        try
        {
            await released.WaitAsync(stop);
        }
        finally
        {
            lock (_gate)
            {
                _held--;
                if (_held is 0) _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
