namespace TrainIdentity.Tests.Rig;

/// <summary>One request to the tables that a <see cref="TableProxy"/> keeps waiting, or will.</summary>
internal sealed class TableProxyHold(Func<TableProxyCall, bool> which, bool after)
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;

    public bool After => after;

    public Task WaitUntilHeldAsync(CancellationToken stop) => _arrived.Task.WaitAsync(stop);

    public void LetGo()
    {
        if (_arrived.Task.IsCompleted)
        {
            _letGo.TrySetResult();
        }
    }

    /// <returns>True once, for the first request that is meant.</returns>
    internal bool Takes(TableProxyCall call) => which(call) && Interlocked.Exchange(ref _taken, 1) == 0;

    /// <exception cref="OperationCanceledException">Whoever sent the request is gone.</exception>
    internal Task WaitAsync(CancellationToken gone)
    {
        _arrived.TrySetResult();
        return _letGo.Task.WaitAsync(gone);
    }
}
