namespace TrainIdentity.Hub;

/// <summary>Hosts by name: <c>host.example</c> itself, or with <c>*.host.example</c> those below it.</summary>
public static class HostPatterns
{
    /// <summary>Whether a pattern is for hosts of somebody's, and not for all there are.</summary>
    public static bool IsNarrow(string pattern)
    {
        var host = pattern.StartsWith("*.", StringComparison.Ordinal) ? pattern[2..] : pattern;
        return Uri.CheckHostName(host) is not UriHostNameType.Unknown && (host.Length == pattern.Length || host.Contains('.', StringComparison.Ordinal));
    }

    public static bool Match(IEnumerable<string> patterns, string host)
    {
        var name = host.TrimEnd('.');
        return patterns.Any(pattern => pattern.StartsWith("*.", StringComparison.Ordinal)
            ? name.Length > pattern.Length - 1 && name.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
            : name.Equals(pattern, StringComparison.OrdinalIgnoreCase));
    }
}
