using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Auth;

/// <summary>
/// One issuer's signing keys, read by discovery. Reads are single-flight and paced, so that a flood of unknown key ids
/// costs the issuer nothing; keys once read outlive an outage of the issuer.
/// </summary>
internal sealed class IssuerKeys(IssuerOptions issuer, AuthOptions options, IDocumentRetriever documents, TimeProvider clock) : IDisposable
{
    private const int LeastRsaBits = 2048;

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile KeySet? _known;
    private DateTimeOffset _lastRead = DateTimeOffset.MinValue;

    /// <returns>The keys that may have signed a token naming <paramref name="kid"/>; null when the issuer cannot be asked.</returns>
    public async ValueTask<IReadOnlyList<SecurityKey>?> FindAsync(string? kid, CancellationToken stop)
    {
        var known = _known;
        var now = clock.GetUtcNow();
        var fresh = known is not null && now - known.ReadAt < options.KeysRefreshAfter;
        if (fresh && known!.Matching(kid) is { Count: > 0 } keys)
        {
            return keys;
        }

        var read = await RefreshAsync(stop);
        known = _known;
        if (known is null || now - known.ReadAt > options.KeysUsableFor)
        {
            return null;
        }

        var found = known.Matching(kid);
        return found.Count > 0 || read ? found : null;
    }

    /// <returns>False when the issuer did not answer; true also when it was asked so recently that asking again is refused.</returns>
    private async Task<bool> RefreshAsync(CancellationToken stop)
    {
        await _reading.WaitAsync(stop);
        try
        {
            var now = clock.GetUtcNow();
            if (now - _lastRead < options.KeysRefreshEvery)
            {
                return _known is not null && _known.ReadAt >= _lastRead;
            }

            _lastRead = now;
            // Read for everybody: the caller who happens to be first may hang up.
            using var limit = new CancellationTokenSource(options.KeysTimeout);
            var address = issuer.Issuer.TrimEnd('/') + "/.well-known/openid-configuration";
            var found = await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, limit.Token);
            if (found.Issuer != issuer.Issuer)
            {
                return false;
            }

            _known = new KeySet([.. found.JsonWebKeySet.Keys.Where(IsUsable)], now);
            return true;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or ArgumentException or InvalidOperationException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            _reading.Release();
        }
    }

    private bool IsUsable(JsonWebKey key) => key.Use is null or "" or "sig" && (issuer.Algorithm switch
    {
        "RS256" => key.Kty == "RSA" && key.KeySize >= LeastRsaBits,
        "ES256" => key.Kty == "EC" && key.Crv == "P-256",
        _ => false,
    });

    public void Dispose() => _reading.Dispose();

    private sealed record KeySet(IReadOnlyList<JsonWebKey> Keys, DateTimeOffset ReadAt)
    {
        public IReadOnlyList<SecurityKey> Matching(string? kid) =>
            kid is null ? Keys : [.. Keys.Where(key => string.Equals(key.KeyId, kid, StringComparison.Ordinal))];
    }
}
