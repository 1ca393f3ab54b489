using System.Threading.Channels;

namespace TrainIdentity.Hub;

/// <summary>
/// Two creations at a time: the Hub creates one repo at a time per account and answers busy to the rest, so more would
/// only spend each other's tries. The wait for a turn counts towards the call's total.
/// </summary>
internal sealed class CreateTurns(TimeProvider clock)
{
    private const int AtOnce = 2;

    /// <summary>Holds an entry for each creation under way.</summary>
    private readonly Channel<bool> _turns = Channel.CreateBounded<bool>(AtOnce);

    /// <param name="send">Is given what is left of the total.</param>
    public async Task<HubAnswer> TakeAsync(HubCall call, Func<TimeSpan, Task<HubAnswer>> send, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        await WaitAsync(call, stop);
        try
        {
            return await send(call.Total - clock.GetElapsedTime(began));
        }
        finally
        {
            _turns.Reader.TryRead(out _);
        }
    }

    private async Task WaitAsync(HubCall call, CancellationToken stop)
    {
        using var limit = new TimeLimit(call.Total, clock, stop);
        try
        {
            await _turns.Writer.WriteAsync(true, limit.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new HubException(HubFault.Unavailable, call.Name, "others were being created all the while", e);
        }
    }
}
