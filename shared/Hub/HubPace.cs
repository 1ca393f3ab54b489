using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace TrainIdentity.Hub;

/// <summary>
/// How much of the account's calls is used, so that work behind the scenes stops while there is enough left for people.
/// Counts this process's calls to the Hub, storage excluded, and believes the Hub when it counts more: others share the account.
/// </summary>
public sealed partial class HubPace(HubOptions options, TimeProvider clock)
{
    /// <summary>The Hub's own window (hub-docs, rate limits).</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const int BackgroundPercent = 60;

    private readonly Lock _gate = new();
    private readonly Queue<long> _sent = [];
    private int _left;
    private DateTimeOffset _leftUntil;

    [GeneratedRegex("\"api\"\\s*;\\s*r\\s*=\\s*(\\d{1,9})\\s*;\\s*t\\s*=\\s*(\\d{1,6})")]
    private static partial Regex ApiBucket();

    /// <summary>Calls of the last five minutes, or what is missing from the allowance by the Hub's last word, whichever is more.</summary>
    public int Spent
    {
        get
        {
            lock (_gate)
            {
                Forget();
                return Math.Max(_sent.Count, clock.GetUtcNow() < _leftUntil ? options.CallsPerFiveMinutes - _left : 0);
            }
        }
    }

    /// <summary>What work that nobody waits for may use up: it goes on while <see cref="Spent"/> is less.</summary>
    public int Allowed => (int)((long)options.CallsPerFiveMinutes * BackgroundPercent / 100);

    internal void Sent()
    {
        lock (_gate)
        {
            Forget();
            _sent.Enqueue(clock.GetTimestamp());
        }
    }

    /// <summary>Other buckets, such as that of downloads, say nothing about calls.</summary>
    internal void Answered(HttpResponseHeaders headers)
    {
        if (headers.TryGetValues("RateLimit", out var limits) && ApiBucket().Match(string.Join(',', limits)) is { Success: true } api)
        {
            lock (_gate)
            {
                _left = int.Parse(api.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                _leftUntil = clock.GetUtcNow() + TimeSpan.FromSeconds(int.Parse(api.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
            }
        }
    }

    private void Forget()
    {
        while (_sent.TryPeek(out var first) && clock.GetElapsedTime(first) >= Window)
        {
            _sent.Dequeue();
        }
    }
}
