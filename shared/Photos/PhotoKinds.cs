using System.Buffers.Binary;
using System.Text;

namespace TrainIdentity.Photos;

/// <summary>Tells a file's type from its first bytes alone; only JPEG and PNG are accepted, the others are named for the refusal.</summary>
internal static class PhotoKinds
{
    public const int LookBytes = 512;

    private static readonly string[] HtmlWords = ["html", "<head", "<body", "<script"];

    public static PhotoKind Of(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xD8, 0xFF, ..] => PhotoKind.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => start.StartsWith(PngWalk.Signature) ? PhotoKind.Png : PhotoKind.DamagedPng,
        _ when start.StartsWith("GIF8"u8) => PhotoKind.Gif,
        _ when start.StartsWith("RIFF"u8) => At(start, 8, "WEBP"u8) ? PhotoKind.WebP : At(start, 8, "AVI "u8) ? PhotoKind.Film : PhotoKind.Unknown,
        _ when IsTiff(start) => PhotoKind.Tiff,
        _ when At(start, 4, "ftyp"u8) => OfBrands(start),
        [0xFF, 0x0A, ..] => PhotoKind.JpegXl,
        _ when At(start, 4, "JXL "u8) => PhotoKind.JpegXl,
        [0xFF, 0x4F, 0xFF, 0x51, ..] => PhotoKind.Jpeg2000,
        _ when At(start, 4, "jP  "u8) => PhotoKind.Jpeg2000,
        _ when start.StartsWith("8BPS"u8) => PhotoKind.Photoshop,
        _ when start.StartsWith("%PDF"u8) => PhotoKind.Pdf,
        _ when start.StartsWith("BM"u8) => PhotoKind.Bmp,
        [0x1A, 0x45, 0xDF, 0xA3, ..] => PhotoKind.Film,
        [(byte)'P', (byte)'K', 3 or 5 or 7, 4 or 6 or 8, ..] => PhotoKind.Zip,
        [0x1F, 0x8B, ..] or [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] => PhotoKind.Archive,
        _ when start.StartsWith("Rar!"u8) => PhotoKind.Archive,
        [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => PhotoKind.Program,
        _ when start.StartsWith("MZ"u8) || start.StartsWith("#!"u8) => PhotoKind.Program,
        _ => OfText(start),
    };

    // The last two are what Panasonic, Leica and Fujifilm write for raw pictures.
    private static bool IsTiff(ReadOnlySpan<byte> start) =>
        start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8)
        || start.StartsWith("IIU\0"u8) || start.StartsWith("FUJIFILM"u8);

    private static bool At(ReadOnlySpan<byte> start, int offset, ReadOnlySpan<byte> text) =>
        start.Length >= offset && start[offset..].StartsWith(text);

    // ISO 14496-12: box length, "ftyp", major brand, minor version, compatible brands. A still picture's major brand
    // may be the neutral "mif1", so the compatible ones decide between AVIF and HEIC. Whatever else has such a box is a film.
    private static PhotoKind OfBrands(ReadOnlySpan<byte> start)
    {
        var end = Math.Min(start.Length, BinaryPrimitives.ReadUInt32BigEndian(start));
        if (At(start, 8, "crx "u8)) return PhotoKind.Tiff;
        var kind = PhotoKind.Film;
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
        return HtmlWords.Any(word => lower.Contains(word, StringComparison.Ordinal)) ? PhotoKind.Html : PhotoKind.Unknown;
    }
}
