using TrainIdentity.HubEmulator.Git;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>The contents of files held in git, by blob id, in one folder.</summary>
internal sealed class BlobStore
{
    private readonly string _folder;

    public BlobStore(string folder)
    {
        _folder = folder;
        _ = Directory.CreateDirectory(folder);
    }

    public string PathOf(string sha) => Path.Combine(_folder, sha);

    public byte[] Read(string sha) => File.ReadAllBytes(PathOf(sha));

    /// <summary>Stores the content unless it is there already.</summary>
    public RepoFile Write(byte[] content)
    {
        var sha = GitIds.Blob(content);
        var path = PathOf(sha);
        if (!File.Exists(path))
        {
            var draft = $"{path}.{Guid.NewGuid():n}";
            File.WriteAllBytes(draft, content);
            File.Move(draft, path, overwrite: true);
        }

        return new(sha, content.Length);
    }
}
