using Microsoft.Extensions.Logging;
using TrainIdentity.Functions.Http;

namespace TrainIdentity.Functions;

/// <summary>
/// What an hour of the trainer's hardware costs, in USD. The Hub is asked for it once an hour at most, by one question for
/// everybody who wants to know; whatever comes of that, the last answer stays.
/// </summary>
internal sealed partial class HardwarePrice(Func<CancellationToken, Task<decimal?>> ask, TimeProvider clock, ILogger<HardwarePrice> log)
{
    private static readonly TimeSpan AskedEvery = TimeSpan.FromHours(1);

    // Whoever asks first waits no longer for it; the answer is there for those who ask later.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private Task _asking = Task.CompletedTask;
    private DateTimeOffset? _askedAt;
    private decimal? _known;

    /// <returns>Null while it is unknown.</returns>
    public async ValueTask<decimal?> PerHourAsync(CancellationToken stop)
    {
        Task asking;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (_askedAt is not { } before || now - before >= AskedEvery)
            {
                (_askedAt, _asking) = (now, AskAsync());
            }
            if (_known is not null || _asking.IsCompleted)
            {
                return _known;
            }
            asking = _asking;
        }

        try
        {
            await asking.WaitAsync(Patience, clock, stop);
        }
        catch (TimeoutException)
        {
        }
        lock (_lock) return _known;
    }

    private async Task AskAsync()
    {
        // Nobody's lock is held, and nobody's request decides how long it takes.
        await Task.Yield();
        try
        {
            var price = await ask(CancellationToken.None);
            lock (_lock) _known = price;
        }
        catch (Exception e) when (e is OperationCanceledException || Problems.For(e) is not null)
        {
            Log.Unknown(log, e.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The price of the hardware could not be read ({Trouble}); it is asked for again in an hour.")]
        public static partial void Unknown(ILogger logger, string trouble);
    }
}
