using System.Buffers.Binary;
using TrainIdentity.Hub;

namespace TrainIdentity.Training;

/// <param name="Oid">SHA-256 of the file: the lasting proof of what was trained, wherever the branch moves.</param>
public sealed record VerifiedWeights(string Path, string Oid, long Bytes, string Commit);

/// <param name="Previews">Those of the pictures claimed that are there as claimed; a picture is a gift, and a wrong one is no reason against the weights.</param>
public sealed record VerifiedResult(VerifiedWeights Weights, IReadOnlyList<ResultPicture> Previews, ResultPicture? Thumbnail);

/// <summary>Reads weights back from the Hub before anybody calls them ready.</summary>
public sealed class Weights(HubFiles files)
{
    public const string ExternalPath = "pytorch_lora_weights.safetensors";
    public const string ThumbnailPath = "thumbnail.jpg";

    /// <summary>The four views of the original, in the order in which they are shown.</summary>
    public static readonly IReadOnlyList<string> Views = ["front", "right_profile", "left_profile", "smile"];

    private const long MaxPreviewBytes = 4 << 20;
    private const long MaxThumbnailBytes = 64 << 10;

    private const long MaxBytes = 4L << 30;

    /// <param name="result">What the trainer said; null when nobody said anything (external training).</param>
    /// <returns>Null when the file is missing at <paramref name="head"/>, is not what was claimed, or is no safetensors file.</returns>
    public async Task<VerifiedResult?> VerifyAsync(RepoId repo, string head, TrainingResult? result, CancellationToken stop)
    {
        var claim = result?.Weights;
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

        return await IsSafetensorsAsync(repo, head, path, file.Size, stop)
            ? new VerifiedResult(
                new VerifiedWeights(path, oid, file.Size, head),
                [.. Views.Select(view => result?.Previews?.FirstOrDefault(claimed => claimed?.View == view && IsThere(tree, claimed, $"previews/{view}.jpg", MaxPreviewBytes))).OfType<ResultPicture>()],
                IsThere(tree, result?.Thumbnail, ThumbnailPath, MaxThumbnailBytes) ? result!.Thumbnail : null)
            : null;
    }

    private static bool IsThere(IReadOnlyList<TreeFile> tree, ResultPicture? claimed, string path, long most) =>
        claimed is { Sha256: { } oid, Width: > 0, Height: > 0 } && claimed.Path == path && claimed.Bytes > 0 && claimed.Bytes <= most
        && tree.Any(file => file.Path == path && file.Lfs == oid && file.Size == claimed.Bytes);

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
