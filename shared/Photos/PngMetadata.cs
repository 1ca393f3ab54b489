using System.Buffers.Binary;
using System.IO.Hashing;

namespace TrainIdentity.Photos;

/// <summary>The ancillary chunks of a PNG: those that decide what the pixels look like are kept, of EXIF the orientation, the others go.</summary>
internal sealed class PngMetadata(PngChunks chunks, SourceWindow source, SpoolWriter output, PhotoFindings found, PngHeader header, PngPalette palette)
{
    // Enough for any real EXIF block, and bounded whatever a chunk claims.
    private const int LookBytes = 64 << 10;

    private readonly ExifOrientation _orientation = new(found);
    private readonly HashSet<uint> _kept = [];

    public async ValueTask<PhotoRefusal?> TakeAsync(bool afterPixels, CancellationToken stop)
    {
        var chunk = chunks.Current;
        if (IsKept(chunk, afterPixels)) return await KeepAsync(stop);
        var look = (int)Math.Min(chunk.Length, LookBytes);
        if (!await source.EnsureAsync(PngChunk.HeadBytes + look, stop)) return source.EarlyEnd(PhotoFormat.Png);
        var orientation = Look(chunk.Type, source.Available.Slice(PngChunk.HeadBytes, look));
        if (await chunks.SkipAsync(stop) is { } damaged) return damaged;
        if (orientation is not null) WriteExif(orientation);
        return null;
    }

    // What stands in the wrong place, has the wrong size or comes twice is ignored by decoders, so it may go.
    private bool IsKept(PngChunk chunk, bool afterPixels) => !afterPixels && !_kept.Contains(chunk.Type) && chunk.Type switch
    {
        PngChunk.Gama => chunk.Length is 4 && palette.Entries is 0,
        PngChunk.Chrm => chunk.Length is 32 && palette.Entries is 0,
        PngChunk.Srgb => chunk.Length is 1 && palette.Entries is 0,
        PngChunk.Sbit => chunk.Length == (header.ColorType is PngHeader.Palette ? 3 : header.Channels) && palette.Entries is 0,
        PngChunk.Phys => chunk.Length is 9,
        PngChunk.Trns => IsTransparency(chunk.Length),
        _ => false,
    };

    private bool IsTransparency(uint length) => header.ColorType switch
    {
        PngHeader.Grey => length is 2,
        PngHeader.Color => length is 6,
        PngHeader.Palette => length > 0 && length <= palette.Entries,
        _ => false,
    };

    private async ValueTask<PhotoRefusal?> KeepAsync(CancellationToken stop)
    {
        if (await chunks.HoldAsync(stop) is { } damaged) return damaged;
        _kept.Add(chunks.Current.Type);
        output.Write(chunks.Held);
        chunks.Release();
        return null;
    }

    private byte[]? Look(uint type, ReadOnlySpan<byte> data)
    {
        // Some writers repeat the JPEG header in front of the TIFF one.
        if (type is PngChunk.Exif) return _orientation.Take(data.StartsWith("Exif\0\0"u8) ? data[6..] : data);
        found.Removed |= type switch
        {
            PngChunk.Iccp => PhotoRemovals.ColorProfile,
            PngChunk.Itxt when data.StartsWith("XML:com.adobe.xmp\0"u8) => PhotoRemovals.Xmp,
            PngChunk.Text or PngChunk.Ztxt or PngChunk.Itxt => PhotoRemovals.Text | RawProfile(data),
            _ => PhotoRemovals.Other,
        };
        return null;
    }

    // The habit of ImageMagick and its kin: whole metadata blocks as text.
    private static PhotoRemovals RawProfile(ReadOnlySpan<byte> text) => text switch
    {
        _ when text.StartsWith("Raw profile type exif\0"u8) || text.StartsWith("Raw profile type APP1\0"u8) => PhotoRemovals.Exif,
        _ when text.StartsWith("Raw profile type xmp\0"u8) => PhotoRemovals.Xmp,
        _ when text.StartsWith("Raw profile type iptc\0"u8) => PhotoRemovals.Iptc,
        _ => PhotoRemovals.None,
    };

    private void WriteExif(byte[] tiff)
    {
        byte[] chunk = [0, 0, 0, (byte)tiff.Length, .. "eXIf"u8, .. tiff, 0, 0, 0, 0];
        var checkedPart = chunk.AsSpan(PngChunk.TypeBytes, PngChunk.TypeBytes + tiff.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^PngChunk.CrcBytes), Crc32.HashToUInt32(checkedPart));
        output.Write(chunk);
    }
}
