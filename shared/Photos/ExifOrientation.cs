using System.Buffers.Binary;

namespace TrainIdentity.Photos;

/// <summary>Takes the orientation out of EXIF, which decides which way up the picture is, and notes what is left behind.</summary>
internal sealed class ExifOrientation(PhotoFindings found)
{
    private const byte Upright = 1;
    private const byte Largest = 8;
    private const int TiffHeaderBytes = 8;
    private const int EntryBytes = 12;
    private const int CountBytes = 2;
    private const ushort OrientationTag = 0x0112;
    private const ushort GpsTag = 0x8825;
    private const ushort ShortType = 3;
    private const ushort LongType = 4;

    private bool _stated;

    /// <param name="tiff">From the byte order mark on; as much as there is.</param>
    /// <returns>EXIF with nothing but the orientation, to be written in its place; null when the picture stands upright or an earlier block decided.</returns>
    public byte[]? Take(ReadOnlySpan<byte> tiff)
    {
        var orientation = Read(tiff);
        if (_stated || orientation is 0) return Dropped();
        _stated = true;
        if (orientation is Upright) return Dropped();
        var tag = Tag(orientation);
        if (!tiff.SequenceEqual(tag)) found.Removed |= PhotoRemovals.Exif;
        return tag;
    }

    private byte[]? Dropped()
    {
        found.Removed |= PhotoRemovals.Exif;
        return null;
    }

    /// <returns>1 to 8, or 0 when there is none that means anything.</returns>
    private byte Read(ReadOnlySpan<byte> tiff)
    {
        var littleEndian = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < TiffHeaderBytes || !littleEndian && !tiff.StartsWith("MM\0*"u8)) return 0;
        var offset = ReadUInt32(tiff[4..], littleEndian);
        if (offset > tiff.Length - CountBytes) return 0;
        var entries = tiff[((int)offset + CountBytes)..];
        var stated = ReadUInt16(tiff[(int)offset..], littleEndian);
        var count = Math.Min(stated, entries.Length / EntryBytes);
        byte orientation = 0;
        for (var i = 0; i < count; i++)
        {
            var entry = entries.Slice(i * EntryBytes, EntryBytes);
            var tag = ReadUInt16(entry, littleEndian);
            if (tag is GpsTag) found.Removed |= PhotoRemovals.Gps;
            if (tag is OrientationTag && orientation is 0) orientation = Value(entry, littleEndian);
        }

        // A second directory describes the thumbnail.
        var after = entries[(count * EntryBytes)..];
        if (count == stated && after.Length >= 4 && ReadUInt32(after, littleEndian) is not 0) found.Removed |= PhotoRemovals.Thumbnail;
        return orientation;
    }

    private static byte Value(ReadOnlySpan<byte> entry, bool littleEndian)
    {
        var value = ReadUInt16(entry[2..], littleEndian) switch
        {
            ShortType => ReadUInt16(entry[8..], littleEndian),
            LongType => ReadUInt32(entry[8..], littleEndian),
            _ => 0u,
        };
        return value <= Largest ? (byte)value : (byte)0;
    }

    private static byte[] Tag(byte orientation) =>
    [
        .. "MM\0*"u8, 0, 0, 0, TiffHeaderBytes,
        0, 1,
        OrientationTag >> 8, OrientationTag & 0xFF, 0, (byte)ShortType, 0, 0, 0, 1, 0, orientation, 0, 0,
        0, 0, 0, 0,
    ];

    private static ushort ReadUInt16(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
