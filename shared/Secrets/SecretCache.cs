using Microsoft.Extensions.Logging;

namespace TrainIdentity.Secrets;

/// <summary>
/// One snapshot in memory, read lazily and renewed behind the back of whoever asks: an outage of the vault is not an
/// outage of the service, and no request pays for a renewal.
/// </summary>
public sealed partial class SecretCache(
    Func<CancellationToken, Task<SecretSnapshot>> load, SecretOptions options, TimeProvider clock, ILogger<SecretCache> logger, Telemetry? telemetry = null)
{
    private readonly Lock _gate = new();
    private Loaded? _loaded;
    private Task<Exception?> _reading = Task.FromResult<Exception?>(null);
    private bool _failing;
    private DateTimeOffset _nextTry;
    private DateTimeOffset _nextRenewal;

    /// <exception cref="SecretsUnavailableException">Nothing usable is known.</exception>
    public async ValueTask<SecretSnapshot> GetAsync(CancellationToken stop)
    {
        var trouble = Awaited() is { } reading ? await reading.WaitAsync(stop) : null;
        return Known() ?? throw new SecretsUnavailableException(trouble);
    }

    /// <summary>
    /// For whoever has evidence that the snapshot is out of date, such as a token that is refused: reads the store again, all
    /// who ask at once together and at most every <see cref="SecretOptions.RenewEvery"/>, so that wrong guesses from outside
    /// cannot drive the vault. In between, and when the store does not answer, gives what is known.
    /// </summary>
    /// <exception cref="SecretsUnavailableException">Nothing usable is known.</exception>
    public async ValueTask<SecretSnapshot> RenewedAsync(CancellationToken stop)
    {
        await Renewal().WaitAsync(stop);
        return await GetAsync(stop);
    }

    /// <returns>The read to wait for; null when what is known will do, be it while it is renewed.</returns>
    private Task<Exception?>? Awaited()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_loaded is not { } known || now - known.At >= options.UsableFor)
            {
                return Read();
            }
            if (now - known.At < options.RefreshEvery || now < _nextTry)
            {
                return null;
            }

            // After a quiet hour nobody has renewed the webhook's secret; the first to ask waits, unless the store is known to fail.
            var reading = Read();
            return now - known.At >= options.WebhookUsableFor && !_failing ? reading : null;
        }
    }

    private Task<Exception?> Renewal()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (now < _nextRenewal)
            {
                return _reading;
            }
            _nextRenewal = now + options.RenewEvery;
            return Read();
        }
    }

    private SecretSnapshot? Known()
    {
        lock (_gate)
        {
            if (_loaded is not { } known || clock.GetUtcNow() - known.At >= options.UsableFor)
            {
                return null;
            }
            return clock.GetUtcNow() - known.At < options.WebhookUsableFor ? known.Secrets : known.Secrets with { WebhookSecret = null, PreviousWebhookSecret = null, SupabaseJwtSecret = null };
        }
    }

    /// <summary>One read at a time; whoever comes meanwhile shares it. Call under the gate.</summary>
    private Task<Exception?> Read() => _reading.IsCompleted ? _reading = Task.Run(ReadAsync) : _reading;

    /// <returns>What went wrong; null when there is a new snapshot.</returns>
    private async Task<Exception?> ReadAsync()
    {
        try
        {
            var secrets = await load(CancellationToken.None);
            lock (_gate)
            {
                (_loaded, _failing) = (new Loaded(secrets, clock.GetUtcNow()), false);
            }
            telemetry?.SecretsRead("ok");
            return null;
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                (_failing, _nextTry) = (true, clock.GetUtcNow() + options.RetryEvery);
            }
            telemetry?.SecretsRead("failed");
            Log.ReadFailed(logger, e.GetType().Name);
            return e;
        }
    }

    private sealed record Loaded(SecretSnapshot Secrets, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The secret store could not be read ({Cause}); what was read before serves on while it is young enough.")]
        public static partial void ReadFailed(ILogger logger, string cause);
    }
}
