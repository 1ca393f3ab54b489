using System.Threading.Channels;

namespace TrainIdentity.Hub;

/// <summary>
/// A few PUTs at a time for the whole process. Of photos that share the line alike all end at the same time, and it lies idle
/// while all of them are being confirmed. A PUT that is slow keeps nobody waiting for long: it goes on without its turn.
/// </summary>
internal sealed class PutTurns(HubOptions options, TimeProvider clock)
{
    /// <summary>Holds an entry for each turn that is taken.</summary>
    private readonly Channel<bool> _taken = Channel.CreateBounded<bool>(options.ParallelPuts);

    /// <returns>The turn; it ends when disposed of, or by itself when its time is up.</returns>
    public async Task<IDisposable> TakeAsync(CancellationToken stop)
    {
        await _taken.Writer.WriteAsync(true, stop);
        return new Turn(_taken.Reader, options.PutTurn, clock);
    }

    private sealed class Turn : IDisposable
    {
        private readonly ITimer _end;
        private ChannelReader<bool>? _taken;

        public Turn(ChannelReader<bool> taken, TimeSpan time, TimeProvider clock)
        {
            _taken = taken;
            _end = clock.CreateTimer(turn => ((Turn)turn!).End(), this, time, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _end.Dispose();
            End();
        }

        private void End() => Interlocked.Exchange(ref _taken, null)?.TryRead(out _);
    }
}
