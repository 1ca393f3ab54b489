using System.Buffers.Binary;
using System.Text;

namespace TrainIdentity.Tests.Photos;

/// <summary>A part of a photo: its marker or chunk type, and all its bytes from there to the next part.</summary>
internal readonly record struct PhotoPart(string Kind, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Takes a cleaned photo apart in the most literal way, sharing nothing with the reader under test, and says whether a part may stand in it.
/// </summary>
internal static class Anatomy
{
    private static readonly string[] JpegPicture = ["C0", "C1", "C2", "C4", "DB", "DD", "DA"];
    private static readonly string[] PngPicture = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];
    private static readonly string[] PngLook = ["gAMA", "cHRM", "sRGB", "sBIT", "pHYs"];

    public static IReadOnlyList<PhotoPart> Of(ReadOnlyMemory<byte> photo) => photo.Span.StartsWith(PngBytes.Signature) ? OfPng(photo) : OfJpeg(photo);

    /// <summary>The bytes that decide the pixels, in their order.</summary>
    public static byte[] Picture(ReadOnlyMemory<byte> photo) => [.. Of(photo).Where(part => JpegPicture.Contains(part.Kind) || PngPicture.Contains(part.Kind)).SelectMany(part => part.Bytes.ToArray())];

    public static void AssertClean(ReadOnlyMemory<byte> photo) => Assert.All(Of(photo), part => Assert.True(MayStay(part), $"{part.Kind} of {part.Bytes.Length} bytes"));

    private static bool MayStay(PhotoPart part)
    {
        var bytes = part.Bytes.Span;
        return part.Kind switch
        {
            "E0" => bytes.Length is 18 && bytes[4..].StartsWith("JFIF\0"u8) && bytes[16..].SequenceEqual<byte>([0, 0]),
            "E1" => bytes.Length is 36 && bytes[4..].StartsWith("Exif\0\0"u8) && IsOrientation(bytes[10..]),
            "E2" => bytes[4..].StartsWith("ICC_PROFILE\0"u8),
            "EE" => bytes.Length is 16 && bytes[4..].StartsWith("Adobe"u8),
            "eXIf" => IsOrientation(bytes[8..^4]),
            var kind => JpegPicture.Contains(kind) || PngPicture.Contains(kind) || PngLook.Contains(kind),
        };
    }

    private static bool IsOrientation(ReadOnlySpan<byte> tiff) => tiff.Length is 26 && tiff[19] is >= 2 and <= 8 && tiff.SequenceEqual(ExifBytes.Only(tiff[19]));

    private static List<PhotoPart> OfJpeg(ReadOnlyMemory<byte> photo)
    {
        var parts = new List<PhotoPart>();
        var bytes = photo.Span;
        Assert.True(bytes.StartsWith(JpegBytes.Soi));
        var at = 2;
        while (!bytes[at..].SequenceEqual(JpegBytes.Eoi))
        {
            Assert.Equal(0xFF, bytes[at]);
            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (bytes[at + 1] is 0xDA) end = EndOfScan(bytes, end);
            parts.Add(new PhotoPart(bytes[at + 1].ToString("X2"), photo[at..end]));
            at = end;
        }

        return parts;
    }

    // Fill bytes belong to the scan they follow.
    private static int EndOfScan(ReadOnlySpan<byte> bytes, int at)
    {
        while (bytes[at] is not 0xFF || bytes[at + 1] is 0 or 0xFF or (>= 0xD0 and <= 0xD7)) at++;
        return at;
    }

    private static List<PhotoPart> OfPng(ReadOnlyMemory<byte> photo)
    {
        var parts = new List<PhotoPart>();
        for (var at = PngBytes.Signature.Length; at < photo.Length;)
        {
            var end = at + 12 + BinaryPrimitives.ReadInt32BigEndian(photo.Span[at..]);
            parts.Add(new PhotoPart(Encoding.ASCII.GetString(photo.Span.Slice(at + 4, 4)), photo[at..end]));
            at = end;
        }

        Assert.Equal("IEND", parts[^1].Kind);
        Assert.Single(parts, part => part.Kind is "IEND");
        return parts;
    }
}
