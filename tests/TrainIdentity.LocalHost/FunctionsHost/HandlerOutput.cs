namespace TrainIdentity.LocalHost;

/// <summary>What the handler printed, over all its starts.</summary>
internal sealed class HandlerOutput(Action<string> log)
{
    private const int LinesKept = 100_000;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesKept) _ = _lines.Dequeue();
        }

        log($"handler | {line}");
    }
}
