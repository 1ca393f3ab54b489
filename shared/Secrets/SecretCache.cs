using Microsoft.Extensions.Logging;

namespace TrainIdentity.Secrets;

public sealed class SecretOptions
{
    public TimeSpan RefreshEvery { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>With the vault away, the last snapshot serves this long.</summary>
    public TimeSpan UsableFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Least time between two attempts while the vault fails.</summary>
    public TimeSpan RetryEvery { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// One snapshot in memory, read lazily and renewed behind the back of whoever asks: an outage of the vault is not an
/// outage of the service, and no request pays for a renewal.
/// </summary>
public sealed partial class SecretCache(
    Func<CancellationToken, Task<SecretSnapshot>> load, SecretOptions options, TimeProvider clock, ILogger<SecretCache> logger) : IDisposable
{
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile Loaded? _loaded;
    private long _nextTryTicks;

    /// <exception cref="SecretsUnavailableException">Nothing usable is known.</exception>
    public async ValueTask<SecretSnapshot> GetAsync(CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (_loaded is { } known && now - known.At < options.UsableFor)
        {
            if (now - known.At >= options.RefreshEvery && now.UtcTicks >= Volatile.Read(ref _nextTryTicks) && _loading.CurrentCount > 0)
            {
                _ = RenewAsync();
            }
            return known.Secrets;
        }

        await _loading.WaitAsync(stop);
        try
        {
            return _loaded is { } other && clock.GetUtcNow() - other.At < options.UsableFor ? other.Secrets : await LoadAsync(stop);
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task RenewAsync()
    {
        if (!await _loading.WaitAsync(0))
        {
            return;
        }

        try
        {
            await LoadAsync(CancellationToken.None);
        }
        catch (SecretsUnavailableException e)
        {
            Volatile.Write(ref _nextTryTicks, (clock.GetUtcNow() + options.RetryEvery).UtcTicks);
            Log.RenewalFailed(logger, e.InnerException?.GetType().Name ?? "");
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<SecretSnapshot> LoadAsync(CancellationToken stop)
    {
        try
        {
            var secrets = await load(stop);
            _loaded = new Loaded(secrets, clock.GetUtcNow());
            return secrets;
        }
        catch (Exception e) when (e is not SecretsUnavailableException && !stop.IsCancellationRequested)
        {
            throw new SecretsUnavailableException(e);
        }
    }

    public void Dispose() => _loading.Dispose();

    private sealed record Loaded(SecretSnapshot Secrets, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The secret store could not be read again ({Cause}); the last snapshot serves on.")]
        public static partial void RenewalFailed(ILogger logger, string cause);
    }
}
