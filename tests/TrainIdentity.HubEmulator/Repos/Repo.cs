using System.Text;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Lfs;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>One repository. Everything that changes is read and written under <see cref="Gate"/>.</summary>
internal sealed class Repo(string id, RepoKey key, DateTimeOffset createdAt, string folder)
{
    public const string Main = "refs/heads/main";

    public Lock Gate { get; } = new();

    public string Id => id;

    public DateTimeOffset CreatedAt => createdAt;

    public string Folder => folder;

    public BlobStore Blobs { get; } = new(Path.Combine(folder, "blobs"));

    public LfsStore Objects { get; } = new(folder);

    public RepoKey Key { get; set; } = key;

    public bool Private { get; set; }

    /// <summary><c>auto</c>, <c>manual</c>, or null when not gated.</summary>
    public string? Gated { get; set; }

    public bool Deleted { get; set; }

    /// <summary>Pull requests and discussions count together.</summary>
    public int Discussions { get; set; }

    public SortedDictionary<string, string> Refs { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, GitCommit> Commits { get; } = new(StringComparer.Ordinal);

    public GitCommit Head => Commits[Refs[Main]];

    public string FullRef(string revision) => revision.StartsWith("refs/", StringComparison.Ordinal) ? revision : $"refs/heads/{revision}";

    /// <summary>A branch, tag, full ref, commit id, or at least seven characters of one; <c>HEAD</c> is main.</summary>
    public GitCommit? Find(string revision)
    {
        if (revision is "HEAD") return Head;
        var sha = Refs.GetValueOrDefault(FullRef(revision)) ?? Refs.GetValueOrDefault($"refs/tags/{revision}");
        if (sha is not null) return Commits[sha];
        if (Commits.TryGetValue(revision, out var exact)) return exact;
        return revision.Length >= 7 && revision.All(char.IsAsciiHexDigitLower)
            ? Commits.Values.FirstOrDefault(commit => commit.Sha.StartsWith(revision, StringComparison.Ordinal))
            : null;
    }

    public void Record(string reference, GitCommit commit) => Refs[reference] = Keep(commit).Sha;

    public GitCommit Keep(GitCommit commit) => Commits[commit.Sha] = commit;

    /// <summary>The text of a file held in git, or an empty one.</summary>
    public string TextOf(GitCommit commit, string path) =>
        commit.Files.TryGetValue(path, out var file) && file.Oid is null ? Encoding.UTF8.GetString(Blobs.Read(file.BlobSha)) : "";

    public IEnumerable<GitCommit> History(GitCommit? from)
    {
        for (var commit = from; commit is not null; commit = commit.Parent is { } parent ? Commits[parent] : null) yield return commit;
    }

    public GitCommit LastChange(GitCommit at, string path, bool isFolder) =>
        History(at).First(commit => commit.Parent is not { } parent || !SameEntry(commit, Commits[parent], path, isFolder));

    private static bool SameEntry(GitCommit a, GitCommit b, string path, bool isFolder) => isFolder
        ? a.Folders.GetValueOrDefault(path) == b.Folders.GetValueOrDefault(path)
        : a.Files.GetValueOrDefault(path) == b.Files.GetValueOrDefault(path);
}
