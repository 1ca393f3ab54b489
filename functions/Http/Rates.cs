using System.Threading.RateLimiting;

namespace TrainIdentity.Functions.Http;

internal enum RateKind
{
    /// <summary>What may start paid work: an upload, a draft, <c>train</c>, <c>retry</c>.</summary>
    Creations,

    /// <summary>Photos of a draft.</summary>
    Photos,

    Reads,
}

/// <summary>Per user and minute.</summary>
internal sealed class RateOptions
{
    public int Creations { get; set; } = 10;

    public int Photos { get; set; } = 200;

    public int Reads { get; set; } = 120;

    /// <summary>How many users are remembered at a time.</summary>
    public int MaxUsers { get; set; } = 20_000;

    public int Of(RateKind kind) => kind switch
    {
        RateKind.Creations => Creations,
        RateKind.Photos => Photos,
        _ => Reads,
    };

    public IEnumerable<string> Faults() => new SettingBounds("Rate")
        .Of(Creations, 1, 1_000_000)
        .Of(Photos, 1, 1_000_000)
        .Of(Reads, 1, 1_000_000)
        .Of(MaxUsers, 1, 10_000_000)
        .Faults;
}

/// <summary>
/// What one user may ask for, in the memory of this process. A bucket starts full and fills evenly. Addresses are no users:
/// the Functions host hides them.
/// </summary>
internal sealed class Rates(RateOptions options) : IDisposable
{
    private readonly Dictionary<(RateKind, string), TokenBucketRateLimiter> _buckets = [];
    private readonly Lock _turn = new();

    /// <returns>Null when the user may go on, else when to come back.</returns>
    public TimeSpan? Take(RateKind kind, string user)
    {
        lock (_turn)
        {
            if (!_buckets.TryGetValue((kind, user), out var bucket))
            {
                MakeRoom();
                _buckets[(kind, user)] = bucket = NewBucket(kind);
            }
            bucket.TryReplenish();
            using var lease = bucket.AttemptAcquire();
            return lease.IsAcquired ? null : bucket.ReplenishmentPeriod;
        }
    }

    public void Dispose()
    {
        foreach (var bucket in _buckets.Values)
        {
            bucket.Dispose();
        }
    }

    private TokenBucketRateLimiter NewBucket(RateKind kind) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = options.Of(kind),
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1) / options.Of(kind),
        AutoReplenishment = false,
        QueueLimit = 0,
    });

    /// <summary>A full bucket says no more than none. If none is full, all are forgotten: each user is given one burst, and memory stays bounded.</summary>
    private void MakeRoom()
    {
        if (_buckets.Count < options.MaxUsers)
        {
            return;
        }

        foreach (var (who, bucket) in _buckets)
        {
            bucket.TryReplenish();
            if (bucket.IdleDuration is not null)
            {
                _buckets.Remove(who);
                bucket.Dispose();
            }
        }
        if (_buckets.Count >= options.MaxUsers)
        {
            _buckets.Clear();
        }
    }
}
