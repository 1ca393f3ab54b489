using System.Text;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Photos;

/// <summary>What a <see cref="Recipe"/> can say.</summary>
internal static class RecipeWords
{
    private static readonly Dictionary<string, Func<RecipeArguments, byte[]>> Words = new()
    {
        // Of bytes in general.
        ["zeros"] = a => new byte[a.Int("count")],
        ["fill"] = a => [.. Enumerable.Repeat(a.Byte("value"), a.Int("count"))],
        ["noise"] = a => Noise(a.Int("count")),
        ["repeat"] = a => JpegBytes.Repeat(a.Int("times"), a.Bytes()),
        ["first"] = a => a.Int("count") is var count ? a.Bytes()[..count] : [],
        ["without"] = a => a.Int("last") is var last ? a.Bytes()[..^last] : [],
        ["after"] = a => a.Int("count") is var count ? a.Bytes()[count..] : [],
        ["padded"] = a => a.Int("length") is var length && a.Bytes() is var bytes ? [.. bytes, .. new byte[length - bytes.Length]] : [],
        ["flipped"] = a => a.Int("at") is var at ? Flipped(a.Bytes(), at) : [],
        ["be32"] = a => PngBytes.BigEndian(a.UInt("value")),
        ["utf16"] = a => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(a.Text())],
        ["sample"] = a => Uploads.Sample(a.Text()),
        ["ftyp"] = a => Box(a.Bytes(), a.Rest()),

        // Of JPEG.
        ["soi"] = _ => JpegBytes.Soi,
        ["eoi"] = _ => JpegBytes.Eoi,
        ["data"] = _ => JpegBytes.Data,
        ["jfif"] = _ => JpegBytes.Jfif,
        ["adobe"] = _ => JpegBytes.Adobe,
        ["quantization"] = _ => JpegBytes.Quantization,
        ["tables"] = _ => JpegBytes.Tables,
        ["segment"] = a => JpegBytes.Segment(a.Byte("marker"), a.Bytes()),
        ["huffman"] = a => JpegBytes.Huffman(a.Byte("slot")),
        ["frame"] = a => JpegBytes.Frame(a.Int("width", 100), a.Int("height", 80), a.Byte("marker", 0xC0), a.Byte("precision", 8), a.Byte("components", 3)),
        ["scan"] = a => JpegBytes.Scan(a.Byte("components", 3), a.Byte("first"), a.Byte("last", 63), a.Byte("precision"), a.Byte("start", 1)),
        ["jpeg"] = a => JpegBytes.Photo(a.Bytes()),
        ["jpegOf"] = a => JpegBytes.OfLength(a.Int("length")),
        ["progressive"] = a => JpegBytes.Progressive(a.Int("scans")),
        ["profile"] = a => JpegBytes.Profile(a.Int("length")),
        ["profilePart"] = a => JpegBytes.ProfilePart(a.Byte("number"), a.Byte("count"), a.Bytes()),
        ["exif"] = a => ExifBytes.Segment((ushort)a.Int("orientation")),
        ["exifOnly"] = a => JpegBytes.Segment(0xE1, [.. "Exif\0\0"u8, .. ExifBytes.Only(a.Byte("orientation"))]),
        ["canary"] = _ => Encoding.ASCII.GetBytes(ExifBytes.Canary),

        // Of PNG.
        ["signature"] = _ => PngBytes.Signature,
        ["ihdr"] = a => PngBytes.Header(a.UInt("width", 100), a.UInt("height", 80), a.Byte("depth", 8), a.Byte("color", 6), a.Byte("interlace")),
        ["iend"] = _ => PngBytes.End,
        ["chunk"] = a => PngBytes.Chunk(a.Text(), [.. a.Rest().SelectMany(part => part)]),
        ["pixels"] = _ => PngBytes.Pixels,
        ["idat"] = _ => PngBytes.Chunk("IDAT", PngBytes.Pixels),
        ["idats"] = a => a.Int("bytes") is var size ? JpegBytes.Join([.. a.Bytes().Chunk(size).Select(part => PngBytes.Chunk("IDAT", part))]) : [],
        ["rows"] = a => PngBytes.Rows(a.Int("rows"), a.Int("bytes"), a.Byte("filter", 1)),
        ["zlib"] = a => PngBytes.Deflate(a.Bytes()),
        ["zlibZeros"] = a => PngBytes.DeflateZeros(a.Int("count")),
        ["png"] = a => PngBytes.Photo(a.Bytes()),
        ["tiff"] = a => ExifBytes.Tiff((ushort)a.Int("orientation")),
        ["tiffOnly"] = a => ExifBytes.Only(a.Byte("orientation")),
    };

    public static byte[] Build(string word, RecipeArguments arguments) =>
        Words.TryGetValue(word, out var build) ? build(arguments) : throw new FormatException($"No recipe has the word '{word}'.");

    private static byte[] Noise(int count)
    {
        var noise = new byte[count];
        new Random(count).NextBytes(noise);
        return noise;
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        byte[] flipped = [.. bytes];
        flipped[at] ^= 1;
        return flipped;
    }

    // The first box of a file of ISO 14496-12.
    private static byte[] Box(byte[] brand, IEnumerable<byte[]> compatible)
    {
        byte[] brands = [.. brand, 0, 0, 0, 0, .. compatible.SelectMany(one => one)];
        return [.. PngBytes.BigEndian((uint)(8 + brands.Length)), .. "ftyp"u8, .. brands, .. new byte[16]];
    }
}
