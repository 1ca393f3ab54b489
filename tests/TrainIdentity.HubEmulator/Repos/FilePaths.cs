namespace TrainIdentity.HubEmulator.Repos;

internal static class FilePaths
{
    public const int MaxLength = 1000;

    /// <summary>Whether the Hub takes this as the path of a file.</summary>
    public static bool IsLegal(string path) =>
        path is { Length: > 0 and <= MaxLength }
        && !path.Contains('\\', StringComparison.Ordinal)
        && !path.Any(char.IsControl)
        && path.Split('/').All(segment => segment is not ("" or "." or ".." or ".git"));
}
