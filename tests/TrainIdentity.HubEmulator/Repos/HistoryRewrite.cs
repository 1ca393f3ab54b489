using System.Collections.Immutable;
using TrainIdentity.HubEmulator.Git;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>A ref that points elsewhere than before.</summary>
internal sealed record MovedRef(string Name, string Old, string New);

/// <summary>History as if some LFS objects had never been committed.</summary>
internal static class HistoryRewrite
{
    /// <summary>Call under the repo's gate.</summary>
    public static IReadOnlyList<MovedRef> Forget(Repo repo, IReadOnlySet<string> oids)
    {
        var anew = new Dictionary<string, GitCommit>(StringComparer.Ordinal);
        foreach (var commit in repo.Refs.Values.SelectMany(head => repo.History(repo.Commits[head]).Reverse()))
        {
            if (!anew.ContainsKey(commit.Sha)) anew[commit.Sha] = Without(oids, commit, commit.Parent is { } parent ? anew[parent] : null);
        }

        List<MovedRef> moved = [.. repo.Refs.Select(entry => new MovedRef(entry.Key, entry.Value, anew[entry.Value].Sha)).Where(moved => moved.Old != moved.New)];
        repo.Commits.Clear();
        foreach (var commit in anew.Values) _ = repo.Keep(commit);
        foreach (var reference in moved) repo.Refs[reference.Name] = reference.New;
        return moved;
    }

    private static GitCommit Without(IReadOnlySet<string> oids, GitCommit commit, GitCommit? parent)
    {
        var lost = commit.Files.Where(file => file.Value.Oid is { } oid && oids.Contains(oid)).Select(file => file.Key).ToList();
        return lost is [] && parent?.Sha == commit.Parent
            ? commit
            : GitCommit.Create(parent, commit.Author, commit.At, (commit.Title, commit.Message), commit.Files.RemoveRange(lost));
    }
}
