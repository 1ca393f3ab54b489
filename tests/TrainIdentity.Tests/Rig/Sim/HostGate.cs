namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>
/// What every outgoing operation of a host passes, before it is sent and before its answer arrives. Each passing takes a
/// moment of virtual time, so that hosts interleave as the seed has it. A dead host passes nothing.
/// </summary>
internal sealed class HostGate(VirtualClock world, HostClock clock, string host, int seed)
{
    private const int LongestPassingMicroseconds = 40_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<Boundary> _passed = [];
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _dead;
    private int _operations;

    /// <summary>The host dies where this says so, and nothing of it is heard again.</summary>
    public Func<Boundary, bool>? DiesAt { get; set; }

    /// <summary>Asked where the host lives on; what it throws is the fate of the call.</summary>
    public Func<Boundary, Exception?>? Fails { get; set; }

    /// <summary>All boundaries so far, in order.</summary>
    public IReadOnlyList<Boundary> Passed
    {
        get
        {
            lock (_lock)
            {
                return [.. _passed];
            }
        }
    }

    public bool Dead => _dead;

    /// <summary>Ends when the host dies.</summary>
    public Task Died => _died.Task;

    /// <summary>Operations begun so far.</summary>
    public int Operations => Volatile.Read(ref _operations);

    /// <summary>Like kill -9: what is on its way to others has no effect any more, and no wait of the host ever ends.</summary>
    public void Kill()
    {
        _dead = true;
        clock.Kill();
        _died.TrySetResult();
    }

    /// <returns>The operation's number among those of its name, to be given again at its other side.</returns>
    public async Task<int> BeforeAsync(string name, CancellationToken stop)
    {
        int nth;
        lock (_lock)
        {
            nth = _counts[name] = _counts.GetValueOrDefault(name) + 1;
        }
        Interlocked.Increment(ref _operations);
        await PassAsync(new Boundary(Moment.Before, name, nth), stop);
        return nth;
    }

    public Task AfterAsync(string name, int nth, CancellationToken stop) => PassAsync(new Boundary(Moment.After, name, nth), stop);

    private async Task PassAsync(Boundary boundary, CancellationToken stop)
    {
        if (_dead)
        {
            await Forever();
        }
        lock (_lock)
        {
            _passed.Add(boundary);
        }
        if (DiesAt?.Invoke(boundary) is true)
        {
            Kill();
            await Forever();
        }

        await world.Delay(TimeSpan.FromMicroseconds(1 + (Hash(boundary) % LongestPassingMicroseconds)), stop);
        if (_dead)
        {
            await Forever();
        }
        if (Fails?.Invoke(boundary) is { } trouble)
        {
            throw trouble;
        }
    }

    private static Task Forever() => new TaskCompletionSource().Task;

    /// <summary>The same for the same seed, whatever came before.</summary>
    private uint Hash(Boundary boundary)
    {
        var hash = (2166136261u ^ (uint)seed) * 16777619u;
        foreach (var c in host)
        {
            hash = (hash ^ c) * 16777619u;
        }
        foreach (var c in boundary.Name)
        {
            hash = (hash ^ c) * 16777619u;
        }
        hash = ((hash ^ (uint)boundary.Nth) * 16777619u) ^ (uint)boundary.Moment;
        hash *= 2654435761u;
        return hash ^ (hash >> 15);
    }
}
