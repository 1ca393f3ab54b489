using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>One folder per repo on disk: blobs, LFS objects, and a file with the rest.</summary>
internal sealed class RepoFolders(string root)
{
    private const string StateFile = "repo.json";

    public Repo New(RepoKey key, DateTimeOffset now)
    {
        var id = HubIds.New();
        return new Repo(id, key, now, Path.Combine(root, id));
    }

    /// <summary>Call under the repo's gate.</summary>
    public void Save(Repo repo)
    {
        var state = new RepoState(
            repo.Id, repo.Key.Type, repo.Key.Space, repo.Key.Name, repo.Private, repo.Gated, repo.Discussions, repo.CreatedAt,
            new(repo.Refs), [.. repo.Commits.Values.Select(CommitState.Of)]);
        var path = Path.Combine(repo.Folder, StateFile);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(state, RepoStateJson.Default.RepoState));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <remarks>
    /// The state goes first, so that a kill in between does not bring the repo back. Then the folder is renamed, so that
    /// an upload under way cannot put a new file into what is being emptied. One that had found the folder by its old name
    /// just before still can: then what it left is removed too.
    /// </remarks>
    public void Remove(Repo repo)
    {
        File.Delete(Path.Combine(repo.Folder, StateFile));
        var trash = repo.Folder + ".deleted";
        Directory.Move(repo.Folder, trash);
        for (var tries = 0; Directory.Exists(trash); tries++)
        {
            try
            {
                Directory.Delete(trash, recursive: true);
            }
            catch (IOException) when (tries < 8)
            {
            }
        }
    }

    public IEnumerable<Repo> Load()
    {
        _ = Directory.CreateDirectory(root);
        foreach (var folder in Directory.GetDirectories(root))
        {
            var path = Path.Combine(folder, StateFile);
            if (File.Exists(path)) yield return Load(folder, path);
            else Directory.Delete(folder, recursive: true);
        }
    }

    private static Repo Load(string folder, string path)
    {
        var state = JsonSerializer.Deserialize(File.ReadAllBytes(path), RepoStateJson.Default.RepoState)!;
        var repo = new Repo(state.Id, new(state.Type, state.Space, state.Name), state.CreatedAt, folder)
        {
            Private = state.Private,
            Gated = state.Gated,
            Discussions = state.Discussions,
        };
        foreach (var (name, sha) in state.Refs) repo.Refs[name] = sha;
        foreach (var commit in state.Commits) repo.Commits[commit.Sha] = commit.ToCommit();
        return repo;
    }
}

internal sealed record RepoState(
    string Id, string Type, string Space, string Name, bool Private, string? Gated, int Discussions, DateTimeOffset CreatedAt,
    Dictionary<string, string> Refs, IReadOnlyList<CommitState> Commits);

internal sealed record CommitState(
    string Sha, string? Parent, DateTimeOffset At, string Author, string Title, string Message, Dictionary<string, RepoFile> Files)
{
    public static CommitState Of(GitCommit commit) =>
        new(commit.Sha, commit.Parent, commit.At, commit.Author, commit.Title, commit.Message, new(commit.Files));

    public GitCommit ToCommit() => new()
    {
        Sha = Sha,
        Parent = Parent,
        At = At,
        Author = Author,
        Title = Title,
        Message = Message,
        Files = Files.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Folders = GitTree.Of(Files).Folders,
    };
}

[JsonSerializable(typeof(RepoState))]
internal sealed partial class RepoStateJson : JsonSerializerContext;
