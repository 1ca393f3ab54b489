namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>The clock of one host: the world's, some way off, and silent once the host is dead.</summary>
internal sealed class HostClock(VirtualClock world, int seed) : TimeProvider
{
    // Back-off draws its jitter from the process. A short wait that is no multiple of this can only be one of those, and takes its length from the seed.
    private static readonly TimeSpan Whole = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestJitter = TimeSpan.FromSeconds(8.5);

    private readonly Random _jitter = new(seed);
    private volatile bool _dead;

    /// <summary>How far this host's clock is ahead; may be changed at any time, as an operator's hand would.</summary>
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => world.TimestampFrequency;

    public void Kill() => _dead = true;

    public override DateTimeOffset GetUtcNow() => world.GetUtcNow() + Skew;

    public override long GetTimestamp() => world.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        world.CreateTimer(
            given =>
            {
                if (!_dead)
                {
                    callback(given);
                }
            },
            state, Steady(dueTime), period);

    private TimeSpan Steady(TimeSpan due)
    {
        if (due <= TimeSpan.Zero || due > LongestJitter || due.Ticks % Whole.Ticks == 0)
        {
            return due;
        }
        lock (_jitter)
        {
            return TimeSpan.FromMilliseconds(_jitter.Next(1, (int)LongestJitter.TotalMilliseconds));
        }
    }
}
