using System.Text;

namespace TrainIdentity.HubEmulator.Git;

/// <summary>The ids of a root tree and of every folder below it.</summary>
internal sealed record GitTree(string Root, IReadOnlyDictionary<string, string> Folders)
{
    public static GitTree Of(IEnumerable<KeyValuePair<string, RepoFile>> files)
    {
        var folders = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var root = Write("", [.. files.Select(file => (file.Key, file.Value.BlobSha))], folders);
        return new(root, folders);
    }

    private static string Write(string folder, List<(string Path, string Sha)> files, SortedDictionary<string, string> folders)
    {
        var entries = new List<(byte[] Name, byte[] SortKey, bool IsFolder, string Sha)>();
        foreach (var group in files.GroupBy(file => file.Path.Split('/', 2)[0]))
        {
            var name = Encoding.UTF8.GetBytes(group.Key);
            if (group.First() is var (path, sha) && path == group.Key)
            {
                entries.Add((name, name, false, sha));
                continue;
            }

            var inner = $"{folder}{group.Key}";
            var tree = Write($"{inner}/", [.. group.Select(file => (file.Path[(group.Key.Length + 1)..], file.Sha))], folders);
            folders[inner] = tree;
            entries.Add((name, [.. name, (byte)'/'], true, tree));
        }

        entries.Sort((a, b) => a.SortKey.AsSpan().SequenceCompareTo(b.SortKey));
        return Hash(entries);
    }

    private static string Hash(List<(byte[] Name, byte[] SortKey, bool IsFolder, string Sha)> entries)
    {
        using var content = new MemoryStream();
        foreach (var (name, _, isFolder, sha) in entries)
        {
            content.Write(isFolder ? "40000 "u8 : "100644 "u8);
            content.Write(name);
            content.WriteByte(0);
            content.Write(Convert.FromHexString(sha));
        }

        return GitIds.Of("tree", content.ToArray());
    }
}
