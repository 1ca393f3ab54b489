using System.Text;
using TrainIdentity.HubEmulator.Git;

namespace TrainIdentity.HubEmulator.Lfs;

/// <summary>The text that stands in git for an LFS object.</summary>
internal static class LfsPointer
{
    public static byte[] For(string oid, long size) =>
        Encoding.ASCII.GetBytes($"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n");

    public static RepoFile File(string oid, long size) => new(GitIds.Blob(For(oid, size)), size, oid);

    public static bool IsOid(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
}
