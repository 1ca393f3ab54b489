using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Auth;

/// <summary>
/// One issuer's signing keys. Reads are shared and paced, so that a flood of unknown key ids costs the issuer next to
/// nothing, and nothing is remembered of such ids; keys once read outlive an outage of the issuer.
/// </summary>
internal sealed class IssuerKeys(Func<CancellationToken, Task<PublishedKeys?>> read, AuthOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private Task _reading = Task.CompletedTask;
    private (PublishedKeys Keys, long ReadAt)? _known;
    private long? _askedAt;
    private bool _answered;

    /// <returns>The keys that may have signed a token naming <paramref name="kid"/>; null when the issuer cannot be asked.</returns>
    public async ValueTask<IReadOnlyList<SecurityKey>?> FindAsync(string? kid, CancellationToken stop)
    {
        if (Known(kid) is { Count: > 0 } keys)
        {
            return keys;
        }

        await Refresh().WaitAsync(stop);
        lock (_gate)
        {
            return Usable()?.Matching(kid) is { } found && (found.Count > 0 || _answered) ? found : null;
        }
    }

    /// <summary>Keys that have grown old serve on while they are read again.</summary>
    private IReadOnlyList<SecurityKey>? Known(string? kid)
    {
        lock (_gate)
        {
            var found = Usable()?.Matching(kid);
            if (found is { Count: > 0 } && Age(_known!.Value.ReadAt) >= options.KeysRefreshAfter)
            {
                _ = Refresh();
            }
            return found;
        }
    }

    private PublishedKeys? Usable() => _known is { } known && Age(known.ReadAt) < options.KeysUsableFor ? known.Keys : null;

    /// <summary>One read at a time; whoever comes meanwhile shares it, and whoever comes too soon gets the last one.</summary>
    private Task Refresh()
    {
        lock (_gate)
        {
            if (!_reading.IsCompleted || (_askedAt is { } asked && Age(asked) < options.KeysRefreshEvery))
            {
                return _reading;
            }

            _askedAt = clock.GetTimestamp();
            return _reading = Task.Run(ReadAsync);
        }
    }

    private async Task ReadAsync()
    {
        // Read for everybody: the caller who happens to be first may hang up.
        using var limit = new CancellationTokenSource(options.KeysTimeout, clock);
        var keys = await read(limit.Token);
        lock (_gate)
        {
            _answered = keys is not null;
            _known = keys is null ? _known : (keys, clock.GetTimestamp());
        }
    }

    private TimeSpan Age(long timestamp) => clock.GetElapsedTime(timestamp);
}
