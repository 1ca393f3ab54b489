using System.Diagnostics.CodeAnalysis;

namespace TrainIdentity.Hub;

/// <summary>A model repository, <c>namespace/name</c>.</summary>
public readonly record struct RepoId(string Namespace, string Name)
{
    public const int MaxNameChars = 96;

    public override string ToString() => $"{Namespace}/{Name}";

    public static RepoId Parse(string text) =>
        TryParse(text, out var repo) ? repo : throw new FormatException("Not a repository id.");

    public static bool TryParse([NotNullWhen(true)] string? text, out RepoId repo)
    {
        repo = default;
        if (text?.Split('/') is not [var owner, var name] || !IsLegal(owner) || !IsLegal(name))
        {
            return false;
        }

        repo = new RepoId(owner, name);
        return true;
    }

    /// <summary>The Hub's rule for names: <c>validate_repo_id</c> in huggingface_hub.</summary>
    public static bool IsLegal(string name) =>
        name.Length is >= 1 and <= MaxNameChars
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
        && !name.Contains("--", StringComparison.Ordinal) && !name.Contains("..", StringComparison.Ordinal)
        && name[0] is not ('-' or '.') && name[^1] is not ('-' or '.')
        && !name.EndsWith(".git", StringComparison.Ordinal);
}
