namespace TrainIdentity.HubEmulator.Repos;

internal static class RepoNames
{
    public const int MaxLength = 96;

    /// <summary>Why the Hub would refuse the name, or null.</summary>
    public static string? Refuse(string name)
    {
        if (name.Length is 0 or > MaxLength || !name.All(IsAllowed) || name[0] is '-' or '.' || name[^1] is '-' or '.')
        {
            return $"Invalid repo name: {name} - Name must be 1-{MaxLength} characters of A-Z, a-z, 0-9, '-', '_' and '.', "
                + "and cannot start or end with '-' or '.'";
        }

        if (name.Contains("--", StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal))
        {
            return $"Invalid repo name: {name} - Name cannot contain '--' or '..'";
        }

        return name.EndsWith(".git", StringComparison.Ordinal) ? $"Invalid repo name: {name} - Name cannot end with '.git'" : null;
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-';
}
