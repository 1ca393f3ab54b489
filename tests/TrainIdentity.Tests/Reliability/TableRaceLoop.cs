using System.Collections.Concurrent;

namespace TrainIdentity.Tests.Reliability;

/// <summary>
/// One thread for everything of a race. What comes back from elsewhere, such as a cancellation, waits here for its turn, so
/// that the same seed gives the same interleaving.
/// </summary>
internal sealed class TableRaceLoop : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

    public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nobody waits for this thread.");

    /// <summary>Runs what is posted until the condition holds.</summary>
    public void Until(Func<bool> holds)
    {
        while (!holds())
        {
            var (callback, state) = _posted.Take();
            callback(state);
        }
    }

    public static void Run(Action<TableRaceLoop> action)
    {
        var before = Current;
        using var loop = new TableRaceLoop();
        SetSynchronizationContext(loop);
        try
        {
            action(loop);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public void Dispose() => _posted.Dispose();
}
