using Azure.Core;
using Azure.Core.Pipeline;

namespace TrainIdentity.Identities;

/// <summary>
/// Time as the table service tells it in the <c>Date</c> of its answers. Hosts whose own clocks differ agree on it, so none
/// takes a lease for expired that another still holds.
/// </summary>
public sealed class StorageClock(TimeProvider own) : TimeProvider
{
    // A date is cut to the second.
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(1);

    private long _aheadTicks;

    /// <summary>How far the table service is ahead of this machine; negative when it is behind.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Volatile.Read(ref _aheadTicks));

    public override TimeZoneInfo LocalTimeZone => own.LocalTimeZone;

    public override long TimestampFrequency => own.TimestampFrequency;

    /// <summary>Takes in what the table service has just said.</summary>
    public void Observe(DateTimeOffset date) => Observe(own.GetUtcNow(), date);

    /// <summary>
    /// The answer was written somewhere between its question and its arrival, so only a difference that no delay explains is one.
    /// </summary>
    /// <param name="sent">When the question went out, by our own clock.</param>
    public void Observe(DateTimeOffset sent, DateTimeOffset date)
    {
        var (least, most) = (date - own.GetUtcNow(), date + Cut - sent);
        if (least <= most && (Ahead < least || Ahead > most))
        {
            Volatile.Write(ref _aheadTicks, least.Ticks);
        }
    }

    public override DateTimeOffset GetUtcNow() => own.GetUtcNow() + Ahead;

    public override long GetTimestamp() => own.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        own.CreateTimer(callback, state, dueTime, period);

    internal HttpPipelinePolicy Policy => new Dates(this);

    private DateTimeOffset Own => own.GetUtcNow();

    private sealed class Dates(StorageClock clock) : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message) => message.SetProperty(typeof(Dates), clock.Own);

        public override void OnReceivedResponse(HttpMessage message)
        {
            if (message.HasResponse && message.Response.Headers.Date is { } date && message.TryGetProperty(typeof(Dates), out var sent) && sent is DateTimeOffset at)
            {
                clock.Observe(at, date);
            }
        }
    }
}
