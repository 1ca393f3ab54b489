using System.Collections.Immutable;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Lfs;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Commits;

/// <summary>The files of one commit in the making.</summary>
internal sealed class TreeEdit(Repo repo, GitCommit head, string reference)
{
    public const long MaxRegularBytes = 10L << 20;

    private readonly ImmutableSortedDictionary<string, RepoFile>.Builder _files = head.Files.ToBuilder();

    public ImmutableSortedDictionary<string, RepoFile> Files => _files.ToImmutable();

    /// <summary>Applies the changes in order; null when all could be.</summary>
    public Refusal? Refuse(IReadOnlyList<Change> changes) =>
        RefusePointers(changes.OfType<PutObject>()) ?? RefuseSizes(changes.OfType<PutFile>())
        ?? changes.Select(Apply).FirstOrDefault(refusal => refusal is not null);

    private Refusal? RefusePointers(IEnumerable<PutObject> objects)
    {
        var missing = objects
            .Where(change => change.Size is { } size ? !repo.Objects.Has(change.Oid, size) : !repo.Objects.Has(change.Oid))
            .Select(change => $"\n  - {change.Path}")
            .ToList();
        return missing is [] ? null : Refusals.Invalid(
            "Your push was rejected because an LFS pointer pointed to a file that does not exist. For instance, this can happen if you "
            + $"used git push --no-verify to push your changes. Offending file:{string.Concat(missing)}");
    }

    private Refusal? RefuseSizes(IEnumerable<PutFile> files)
    {
        var large = files.Where(change => change.File.Size > MaxRegularBytes)
            .Select(change => $"\n  - {change.Path} (ref: {reference})").ToList();
        return large is [] ? null : Refusals.Invalid(
            "Your push was rejected because it contains files larger than 10 MiB. Please use https://git-lfs.github.com/ to store large "
            + $"files. Offending files:{string.Concat(large)}");
    }

    private Refusal? Apply(Change change) => change switch
    {
        PutFile put => Put(put.Path, put.File),
        PutObject put => Put(put.Path, LfsPointer.File(put.Oid, put.Size ?? repo.Objects.SizeOf(put.Oid))),
        MoveFile move => Move(move),
        DeleteEntry delete => Delete(delete),
        _ => throw new InvalidOperationException($"Unknown change {change}."),
    };

    /// <remarks>A path is a file or a folder, never both.</remarks>
    private Refusal? Put(string path, RepoFile file)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            if (_files.ContainsKey(path[..slash])) return Refusals.Unprocessable($"Invalid path: {path[..slash]} is a file");
        }

        if (Below(path).Any()) return Refusals.Unprocessable($"Invalid path: {path} is a folder");
        _files[path] = file;
        return null;
    }

    private Refusal? Move(MoveFile move)
    {
        if (!_files.TryGetValue(move.OldPath, out var file)) return Refusals.NoSuchFile;
        _ = _files.Remove(move.OldPath);
        return Put(move.Path, file);
    }

    private Refusal? Delete(DeleteEntry delete)
    {
        if (delete.AllowFile && _files.Remove(delete.Path)) return null;
        var inside = delete.AllowFolder ? Below(delete.Path).ToList() : [];
        if (inside is []) return Refusals.NoSuchFile;
        _files.RemoveRange(inside);
        return null;
    }

    private IEnumerable<string> Below(string folder) =>
        _files.Keys.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal));
}
