using System.Globalization;

namespace TrainIdentity.Hub;

/// <summary>An address that lets whoever has it fetch one file, for as long as its signature says.</summary>
/// <param name="ExpiresAt">Null when it is in no form we know.</param>
public sealed record SignedLink(Uri Url, DateTimeOffset? ExpiresAt)
{
    private const string AmazonTime = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>Reads CloudFront's <c>Expires</c> (seconds since 1970) or S3's <c>X-Amz-Date</c> with <c>X-Amz-Expires</c>.</summary>
    public static SignedLink Of(Uri url)
    {
        var query = url.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        if (Seconds(query, "Expires") is { } until && until < 253_402_300_800)
        {
            return new SignedLink(url, DateTimeOffset.FromUnixTimeSeconds(until));
        }
        return query.TryGetValue("X-Amz-Date", out var text) && Seconds(query, "X-Amz-Expires") is { } seconds and < 31_536_000
            && DateTimeOffset.TryParseExact(text, AmazonTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed)
            ? new SignedLink(url, signed + TimeSpan.FromSeconds(seconds))
            : new SignedLink(url, null);
    }

    /// <summary>The address stays out of whatever is printed.</summary>
    public override string ToString() => $"A link until {ExpiresAt:u}";

    private static long? Seconds(Dictionary<string, string> query, string name) =>
        query.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
