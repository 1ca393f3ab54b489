using System.Buffers;
using System.IO.Compression;

namespace TrainIdentity.Photos;

/// <summary>Inflates the picture of a PNG to see that it is whole, exactly as large as the header says, and forgets it at once.</summary>
internal sealed class PngPixels(PngHeader header, SourceWindow source, PhotoOptions options)
{
    private const int InflatedBytes = 64 << 10;

    private readonly PngScanlines _scanlines = new(header);

    public PhotoRefusal? RefuseSize() => _scanlines.TotalBytes <= options.MaxPngInflatedBytes ? null
        : PhotoRefusals.Unsupported(PhotoFormat.Png, $"unpacks to more than {options.MaxPngInflatedBytes >> 20} MiB");

    public async ValueTask<PhotoRefusal?> CheckAsync(PngImageData data, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(InflatedBytes);
        try
        {
            return await InflateAsync(data, buffer, stop) ?? await data.EndAsync(stop);
        }
        catch (Exception e) when (IsInflaters(e))
        {
            return PhotoRefusals.Damaged(PhotoFormat.Png, "its picture cannot be unpacked");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // The inflater reads the source and writes the spool through PngImageData, and their accidents are not the photo's fault.
    // An IOException of its own is how it answers a stream that wants a preset dictionary.
    private bool IsInflaters(Exception e) => !source.SourceFailed && e is (InvalidDataException or IOException) and not SpoolException;

    private async ValueTask<PhotoRefusal?> InflateAsync(PngImageData data, byte[] buffer, CancellationToken stop)
    {
        using var inflater = new ZLibStream(data, CompressionMode.Decompress, leaveOpen: true);
        while (await inflater.ReadAsync(buffer, stop) is > 0 and var read)
        {
            if (!_scanlines.Take(buffer.AsSpan(0, read))) return PhotoRefusals.Damaged(PhotoFormat.Png, "its picture does not fit its header");
        }

        if (data.Refusal is not null) return data.Refusal;
        return _scanlines.IsComplete ? null : PhotoRefusals.Damaged(PhotoFormat.Png, "its picture ends too early");
    }
}
