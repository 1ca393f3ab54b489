namespace TrainIdentity.Hub;

/// <summary>Hosts by name: <c>host.example</c> itself, or with <c>*.host.example</c> those below it.</summary>
public static class HostPatterns
{
    public static bool Match(IEnumerable<string> patterns, string host)
    {
        var name = host.TrimEnd('.');
        return patterns.Any(pattern => pattern.StartsWith("*.", StringComparison.Ordinal)
            ? name.Length > pattern.Length - 1 && name.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
            : name.Equals(pattern, StringComparison.OrdinalIgnoreCase));
    }
}
