using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace TrainIdentity.Hub;

/// <summary>How long the Hub asks us to wait: <c>RateLimit</c> when its bucket is empty, otherwise <c>Retry-After</c>.</summary>
internal static partial class RetryAdvice
{
    // Per-action quotas answer 429 with requests left in the bucket; only r=0 makes t meaningful (hub-docs, rate limits).
    [GeneratedRegex("\"\\w+\"\\s*;\\s*r\\s*=\\s*0\\s*;\\s*t\\s*=\\s*(\\d{1,6})")]
    private static partial Regex EmptyBucket();

    public static TimeSpan? Read(HttpStatusCode status, HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (status is HttpStatusCode.TooManyRequests && headers.TryGetValues("RateLimit", out var limits)
            && EmptyBucket().Match(string.Join(',', limits)) is { Success: true } empty)
        {
            return TimeSpan.FromSeconds(int.Parse(empty.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + 1);
        }

        return headers.RetryAfter switch
        {
            { Delta: { } delta } => delta + TimeSpan.FromSeconds(1),
            { Date: { } date } => date > now ? date - now : TimeSpan.FromSeconds(1),
            _ => null,
        };
    }
}
