using CsCheck;

namespace TrainIdentity.Tests.Photos;

/// <param name="Bytes">A whole photo, with everything around its picture that real ones have.</param>
/// <param name="Picture">The parts of it that decide the pixels, in their order.</param>
/// <param name="Trailing">How many of the bytes stand behind the end.</param>
internal sealed record MadePhoto(byte[] Bytes, byte[] Picture, int Trailing);

/// <summary>Random photos that must be accepted.</summary>
internal static class PhotoGen
{
    private static readonly Gen<byte[]> Some = Gen.Byte.Array[0, 80];

    private static readonly Gen<ushort> Orientation = Gen.UShort[0, 9];

    public static readonly Gen<MadePhoto> Jpeg = Gen.Bool.SelectMany(progressive => Gen.Select(
        Metadata(beforePixels: true).Array[0, 8],
        Gen.Select(Gen.Int[64, 300], Gen.Int[64, 300], Gen.Byte[0, 2]),
        Gen.Byte[0, 3].Array[0, 4],
        Scan.Array[1, 6],
        Metadata(beforePixels: false).Array[0, 3],
        Some,
        (before, frame, tables, scans, after, trailing) => MakeJpeg(progressive, before, frame, tables, scans, after, trailing)));

    public static readonly Gen<MadePhoto> Png = Gen.Select(
        Chunks.Array[0, 6],
        Gen.Select(Gen.Int[64, 90], Gen.Int[64, 90], Gen.Byte[0, 4]),
        Gen.Int[1, 400],
        Chunks.Array[0, 4],
        Some,
        Gen.Int,
        MakePng);

    public static readonly Gen<MadePhoto> Any = Gen.OneOf(Jpeg, Png);

    private static Gen<byte[]> Scan => Gen.Select(Gen.Byte.Array[1, 60], Gen.Int[0, 3], (data, fill) =>
        data.Append((byte)1).SelectMany(one => one is 0xFF ? new byte[] { 0xFF, 0 } : [one]).Concat(Enumerable.Repeat((byte)0xFF, fill)).ToArray());

    /// <summary>What stands in the file besides the picture.</summary>
    private static Gen<byte[]> Metadata(bool beforePixels) => Gen.OneOf(
        Gen.Select(Gen.Byte[0xE0, 0xEF], Some, (marker, some) => JpegBytes.Segment(marker, some)),
        Gen.Select(Orientation, Gen.Bool, (value, little) => ExifBytes.Segment(value, little)),
        Some.Select(some => JpegBytes.Segment(0xE1, [.. "Exif\0\0"u8, .. some])),
        Some.Select(some => JpegBytes.Segment(0xE0, [.. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 5, 5, .. some])),
        Gen.Const(JpegBytes.Adobe),
        Gen.Int[0, 300].Select(length => JpegBytes.ProfilePart(1, 1, JpegBytes.Profile(200 + length))),
        Some.Select(some => JpegBytes.Segment(0xFE, some)),
        Gen.Int[1, 3].Select(fill => beforePixels ? Enumerable.Repeat((byte)0xFF, fill).ToArray() : []));

    private static Gen<byte[]> Chunks => Gen.OneOf(
        Gen.Select(Gen.OneOf(new[] { "tEXt", "zTXt", "iTXt", "tIME", "iCCP", "prVt", "bKGD", "gAMA", "cHRM", "sRGB", "sBIT", "pHYs", "tRNS", "eXIf", "acTL" }.Select(Gen.Const).ToArray()), Some, (type, some) => PngBytes.Chunk(type, some)),
        Gen.Select(Orientation, Gen.Bool, (value, little) => PngBytes.Chunk("eXIf", ExifBytes.Tiff(value, little))),
        Gen.Const(PngBytes.Chunk("gAMA", 0, 0, 0xB1, 0x8F)),
        Gen.Const(PngBytes.Chunk("pHYs", new byte[9])));

    private static MadePhoto MakeJpeg(
        bool progressive, byte[][] before, (int Width, int Height, byte Kind) frame, byte[] slots, byte[][] scans, byte[][] after, byte[] trailing)
    {
        byte[] marks = progressive ? [0xC2] : [0xC0, 0xC1];
        byte[][] tables = [JpegBytes.Tables, .. slots.Select(slot => JpegBytes.Huffman(slot))];
        var header = JpegBytes.Frame(frame.Width, frame.Height, marks[frame.Kind % marks.Length]);
        var first = JpegBytes.Join(progressive ? JpegBytes.Scan(last: 0) : JpegBytes.Scan(), scans[0]);
        byte[][] others = progressive ? [.. scans.Skip(1).Select((scan, n) => JpegBytes.Join(JpegBytes.Scan(1, first: 1, start: (byte)(1 + n % 3)), scan))] : [];
        var picture = JpegBytes.Join([.. tables, header, first, .. others]);

        // Fill bytes may stand before any marker, but not at the end: there they would be data of the file's last scan.
        var lead = JpegBytes.Join(JpegBytes.Soi, JpegBytes.Join(before));
        byte[] between = [.. after.SelectMany(part => part)];
        var bytes = JpegBytes.Join(lead, JpegBytes.Join(tables), header, first, between, JpegBytes.Join(others), JpegBytes.Eoi, trailing);
        return new MadePhoto(bytes, picture, trailing.Length);
    }

    private static MadePhoto MakePng(byte[][] before, (int Width, int Height, byte Kind) header, int piece, byte[][] after, byte[] trailing, int seed)
    {
        byte[] colors = [0, 2, 3, 4, 6];
        int[] channels = [1, 3, 1, 2, 4];
        var color = colors[header.Kind];
        var rows = new byte[header.Height * (1 + header.Width * channels[header.Kind])];
        new Random(seed).NextBytes(rows);
        for (var row = 0; row < header.Height; row++) rows[row * (rows.Length / header.Height)] %= 5;
        var ihdr = PngBytes.Header((uint)header.Width, (uint)header.Height, 8, color);
        byte[] palette = color is 3 ? PngBytes.Chunk("PLTE", new byte[768]) : [];
        byte[][] data = [.. PngBytes.Deflate(rows).Chunk(piece * 50).Select(part => PngBytes.Chunk("IDAT", part))];

        // The picture without tRNS, whose place and length decide whether it counts; the case files have those.
        var bytes = JpegBytes.Join(PngBytes.Signature, ihdr, JpegBytes.Join(before), palette, JpegBytes.Join(data), JpegBytes.Join(after), PngBytes.End, trailing);
        return new MadePhoto(bytes, JpegBytes.Join(ihdr, palette, JpegBytes.Join(data), PngBytes.End), trailing.Length);
    }
}
