using System.Buffers.Binary;
using TrainIdentity.Hub;

namespace TrainIdentity.Training;

/// <param name="Oid">SHA-256 of the file: the lasting proof of what was trained, wherever the branch moves.</param>
public sealed record VerifiedWeights(string Path, string Oid, long Bytes, string Commit);

/// <summary>Reads weights back from the Hub before anybody calls them ready.</summary>
public sealed class Weights(HubFiles files)
{
    public const string ExternalPath = "pytorch_lora_weights.safetensors";

    private const long MaxBytes = 4L << 30;

    /// <param name="claim">What the trainer said of the file; null when nobody said anything (external training).</param>
    /// <returns>Null when the file is missing at <paramref name="head"/>, is not what was claimed, or is no safetensors file.</returns>
    public async Task<VerifiedWeights?> VerifyAsync(RepoId repo, string head, ResultWeights? claim, CancellationToken stop)
    {
        var path = claim?.File ?? ExternalPath;
        if (!path.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            return null;
        }

        var tree = await files.TreeAsync(repo, head, stop);
        if (tree.FirstOrDefault(file => file.Path == path) is not { Lfs: { } oid, Size: > SafetensorsHeader.LengthBytes and < MaxBytes } file)
        {
            return null;
        }
        if (claim is not null && (claim.Bytes != file.Size || !string.Equals(claim.Sha256, oid, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        return await IsSafetensorsAsync(repo, head, path, file.Size, stop) ? new VerifiedWeights(path, oid, file.Size, head) : null;
    }

    private async Task<bool> IsSafetensorsAsync(RepoId repo, string head, string path, long size, CancellationToken stop)
    {
        const int Start = SafetensorsHeader.LengthBytes;
        if (await files.ReadAsync(repo, head, path, (0, Start), Start * 1024, stop) is not { Length: Start } start)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length == 0 || length > SafetensorsHeader.MaxHeaderBytes || (long)length > size - Start)
        {
            return false;
        }

        var header = await files.ReadAsync(repo, head, path, (Start, (int)length), SafetensorsHeader.MaxHeaderBytes, stop);
        return header is not null && header.Length == (int)length && SafetensorsHeader.Describes(header, size);
    }
}
