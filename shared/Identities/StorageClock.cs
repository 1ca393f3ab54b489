using Azure.Core;
using Azure.Core.Pipeline;

namespace TrainIdentity.Identities;

/// <summary>
/// Time as the table service tells it in the <c>Date</c> of its answers. Hosts whose own clocks differ agree on it, so none
/// takes a lease for expired that another still holds.
/// </summary>
public sealed class StorageClock(TimeProvider own) : TimeProvider
{
    // A date is cut to the second, and an answer is under way for a moment: less than this is no difference.
    private static readonly TimeSpan Unclear = TimeSpan.FromSeconds(2);

    private long _aheadTicks;

    /// <summary>How far the table service is ahead of this machine; negative when it is behind.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Volatile.Read(ref _aheadTicks));

    public override TimeZoneInfo LocalTimeZone => own.LocalTimeZone;

    public override long TimestampFrequency => own.TimestampFrequency;

    /// <summary>Takes in what the table service last said.</summary>
    public void Observe(DateTimeOffset date)
    {
        var ahead = date - own.GetUtcNow();
        if ((ahead - Ahead).Duration() > Unclear)
        {
            Volatile.Write(ref _aheadTicks, ahead.Duration() > Unclear ? ahead.Ticks : 0);
        }
    }

    public override DateTimeOffset GetUtcNow() => own.GetUtcNow() + Ahead;

    public override long GetTimestamp() => own.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        own.CreateTimer(callback, state, dueTime, period);

    internal HttpPipelinePolicy Policy => new Dates(this);

    private sealed class Dates(StorageClock clock) : HttpPipelineSynchronousPolicy
    {
        public override void OnReceivedResponse(HttpMessage message)
        {
            if (message.HasResponse && message.Response.Headers.Date is { } date)
            {
                clock.Observe(date);
            }
        }
    }
}
