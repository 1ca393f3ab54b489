using System.Buffers.Binary;
using System.Text;

namespace TrainIdentity.Photos;

/// <summary>Tells a file's type from its first bytes alone; only JPEG and PNG are accepted, the others are named for the refusal.</summary>
internal static class PhotoKinds
{
    public const int LookBytes = 512;

    public static PhotoKind Of(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xD8, 0xFF, ..] => PhotoKind.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => start.StartsWith(PngWalk.Signature) ? PhotoKind.Png : PhotoKind.DamagedPng,
        _ when start.StartsWith("GIF8"u8) => PhotoKind.Gif,
        _ when start.StartsWith("RIFF"u8) && At(start, 8, "WEBP"u8) => PhotoKind.WebP,
        _ when start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) => PhotoKind.Tiff,
        _ when start.StartsWith("%PDF"u8) => PhotoKind.Pdf,
        _ when At(start, 4, "ftyp"u8) => OfBrands(start),
        _ when start.StartsWith("BM"u8) => PhotoKind.Bmp,
        _ => OfText(start),
    };

    private static bool At(ReadOnlySpan<byte> start, int offset, ReadOnlySpan<byte> text) =>
        start.Length >= offset && start[offset..].StartsWith(text);

    // ISO 14496-12: box length, "ftyp", major brand, minor version, compatible brands. A still picture's major brand
    // may be the neutral "mif1", so the compatible ones decide between AVIF and HEIC.
    private static PhotoKind OfBrands(ReadOnlySpan<byte> start)
    {
        var end = Math.Min(start.Length, BinaryPrimitives.ReadUInt32BigEndian(start));
        var kind = PhotoKind.Unknown;
        for (var at = 8; at + 4 <= end; at += 4)
        {
            var brand = start.Slice(at, 4);
            if (brand.StartsWith("avi"u8)) return PhotoKind.Avif;
            if (brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.SequenceEqual("mif1"u8)) kind = PhotoKind.Heic;
        }

        return kind;
    }

    private static PhotoKind OfText(ReadOnlySpan<byte> start)
    {
        var text = (start.StartsWith(Encoding.UTF8.Preamble) ? start[3..] : start).TrimStart(" \t\r\n"u8);
        if (text is not [(byte)'<', ..]) return PhotoKind.Unknown;
        var lower = Encoding.ASCII.GetString(text).ToLowerInvariant();
        if (lower.Contains("<svg", StringComparison.Ordinal)) return PhotoKind.Svg;
        return lower.Contains("html", StringComparison.Ordinal) ? PhotoKind.Html : PhotoKind.Unknown;
    }
}
