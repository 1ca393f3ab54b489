using System.Collections.Immutable;
using System.Text;

namespace TrainIdentity.HubEmulator.Git;

/// <summary>One commit with all files of its tree, by path in ordinal order.</summary>
internal sealed record GitCommit
{
    public required string Sha { get; init; }

    public required string? Parent { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Author { get; init; }

    public required string Title { get; init; }

    /// <summary>What follows the title; may be empty.</summary>
    public required string Message { get; init; }

    public required ImmutableSortedDictionary<string, RepoFile> Files { get; init; }

    public required IReadOnlyDictionary<string, string> Folders { get; init; }

    public static GitCommit Create(
        GitCommit? parent, string author, DateTimeOffset at, (string Title, string Message) text, ImmutableSortedDictionary<string, RepoFile> files)
    {
        var tree = GitTree.Of(files);
        var who = $"{author} <{author}@users.noreply.hf.co> {at.ToUnixTimeSeconds()} +0000";
        var content = new StringBuilder().Append($"tree {tree.Root}\n");
        if (parent is not null) _ = content.Append($"parent {parent.Sha}\n");
        _ = content.Append($"author {who}\ncommitter {who}\n\n{text.Title}\n");
        if (text.Message is { Length: > 0 }) _ = content.Append($"\n{text.Message}\n");

        return new()
        {
            Sha = GitIds.Of("commit", Encoding.UTF8.GetBytes(content.ToString())),
            Parent = parent?.Sha,
            At = at,
            Author = author,
            Title = text.Title,
            Message = text.Message,
            Files = files,
            Folders = tree.Folders,
        };
    }

    /// <summary>Paths added, changed or removed since <paramref name="before"/>, in ordinal order.</summary>
    public IReadOnlyList<string> ChangedSince(GitCommit? before)
    {
        var old = before?.Files ?? Files.Clear();
        return [.. Files.Keys.Union(old.Keys)
            .Where(path => Files.GetValueOrDefault(path) != old.GetValueOrDefault(path))
            .Order(StringComparer.Ordinal)];
    }
}
