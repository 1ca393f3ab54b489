namespace TrainIdentity.Functions;

/// <summary>How many deliveries one secret may make: a bucket for each of the two, refilled evenly.</summary>
internal sealed class WebhookRate(WebhookOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<WebhookCheck, Bucket> _buckets = [];

    /// <returns>How long the sender should wait; null when this delivery is taken.</returns>
    public TimeSpan? Take(WebhookCheck secret)
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            var left = _buckets.TryGetValue(secret, out var bucket)
                ? Math.Min(options.PerSecond, bucket.Left + (clock.GetElapsedTime(bucket.At, now).TotalSeconds * options.PerSecond))
                : options.PerSecond;
            var taken = left >= 1;
            _buckets[secret] = new Bucket(taken ? left - 1 : left, now);
            return taken ? null : TimeSpan.FromSeconds((1 - left) / options.PerSecond);
        }
    }

    private readonly record struct Bucket(double Left, long At);
}
