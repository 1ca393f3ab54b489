namespace TrainIdentity.Functions.Http;

internal sealed class LimitOptions
{
    /// <summary>Of a one-shot request; below the host's <c>FUNCTIONS_REQUEST_BODY_SIZE_LIMIT</c>, whose refusal is an empty 500.</summary>
    public long OneShotBytes { get; set; } = 1_200_000_000;

    /// <summary>Of a request with one photo; beyond a photo's own limit it is refused as too large a photo.</summary>
    public long PhotoBytes { get; set; } = 32 << 20;

    /// <summary>Of a request without photos.</summary>
    public long TextBytes { get; set; } = 16 << 10;

    /// <summary>Of all uploads that are not answered yet, together. By default two of the largest.</summary>
    public long BytesInFlight { get; set; } = 2_400_000_000;

    /// <summary>The last part of <see cref="BytesInFlight"/>, which only uploads of at most <see cref="SmallBytes"/> may use: large ones never lock them out.</summary>
    public long KeptForSmallBytes { get; set; } = 200_000_000;

    /// <summary>Three photos, or one of the largest.</summary>
    public long SmallBytes { get; set; } = 25_000_000;

    /// <summary>What any upload counts, however small it says to be: its buffers cost memory too.</summary>
    public long LeastBytes { get; set; } = 4 << 20;

    /// <summary>A body that comes more slowly is closed. An honest phone on a bad link is faster.</summary>
    public int BodyBytesPerSecond { get; set; } = 8 * 1024;

    /// <summary>For so long a body may come as slowly as it likes.</summary>
    public TimeSpan BodyGrace { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan HeadersWithin { get; set; } = TimeSpan.FromSeconds(30);

    public int HeaderBytes { get; set; } = 16 * 1024;

    public int HeaderCount { get; set; } = 100;

    public IEnumerable<string> Faults()
    {
        if (OneShotBytes > BytesInFlight - KeptForSmallBytes)
        {
            yield return "Limits__BytesInFlight less Limits__KeptForSmallBytes must leave room for one request of Limits__OneShotBytes.";
        }
        foreach (var fault in new SettingBounds("Limits")
            .Of(OneShotBytes, 10_000, 100_000_000_000)
            .Of(PhotoBytes, 1024, 1 << 30)
            .Of(TextBytes, 1024, 16 << 20)
            .Of(BytesInFlight, 10_000, 1_000_000_000_000)
            .Of(KeptForSmallBytes, 0, 1_000_000_000_000)
            .Of(SmallBytes, 0, 100_000_000_000)
            .Of(LeastBytes, 0, 1 << 30)
            .Of(BodyBytesPerSecond, 1, 1 << 30)
            .Of(BodyGrace, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1))
            .Of(HeadersWithin, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10))
            .Of(HeaderBytes, 1024, 1 << 20)
            .Of(HeaderCount, 10, 10_000)
            .Faults)
        {
            yield return fault;
        }
    }
}
