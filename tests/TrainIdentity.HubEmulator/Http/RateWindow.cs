namespace TrainIdentity.HubEmulator.Http;

/// <summary>What a caller has left of one bucket.</summary>
internal readonly record struct RateState(string Bucket, int Quota, int Left, long SecondsToReset, int WindowSeconds, bool Exceeded)
{
    public string Header => $"\"{Bucket}\";r={Left};t={SecondsToReset}";

    public string Policy => $"\"fixed window\";\"{Bucket}\";q={Quota};w={WindowSeconds}";
}

/// <summary>Counts calls in fixed windows.</summary>
internal sealed class RateWindow(RateLimits? limits, TimeProvider clock)
{
    private const int NoQuota = 1_000_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Caller, string Bucket), int> _used = [];
    private long _window;

    public RateState Take(string caller, string path)
    {
        var bucket = Buckets.Of(path);
        var quota = limits?.QuotaOf(bucket) ?? NoQuota;
        var seconds = limits?.WindowSeconds ?? RateLimits.UsualWindowSeconds;
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var used = Count((caller, bucket), now / seconds);
        var left = Math.Max(limits is null ? 1 : 0, quota - used);
        return new(bucket, quota, left, seconds - (now % seconds), seconds, limits is not null && used > quota);
    }

    private int Count((string Caller, string Bucket) key, long window)
    {
        lock (_gate)
        {
            if (_window != window) _used.Clear();
            _window = window;
            return _used[key] = _used.GetValueOrDefault(key) + 1;
        }
    }
}
