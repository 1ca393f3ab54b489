using TrainIdentity.Photos;
using static TrainIdentity.Tests.Photos.PngBytes;

namespace TrainIdentity.Tests.Photos;

internal static class RefusedPngs
{
    public static IEnumerable<RefusedPhoto> All => [.. Headers, .. Chunks, .. PixelData, .. Palettes];

    private static IEnumerable<RefusedPhoto> Headers =>
    [
        Corrupt("IMG-35 wrong CRC in the header", WrongCrc(Photo(), at: 8 + 8 + 13)),
        Corrupt("IMG-37 header not first", Join(Signature, Chunk("gAMA", 0, 0, 1, 1), Header(), Chunk("IDAT", Pixels), End)),
        Corrupt("IMG-38 two headers", Photo(Header())),
        Dimensions("IMG-39 2^31-1 squared", Join(Signature, Header(int.MaxValue, int.MaxValue))),
        Dimensions("2^32-1 squared", Join(Signature, Header(uint.MaxValue, uint.MaxValue))),
        Dimensions("IMG-40 width 0", Join(Signature, Header(width: 0), Chunk("IDAT", Pixels), End)),
        Dimensions("IMG-56 31 x 31", Join(Signature, Header(31, 31))),
        Corrupt("IMG-41 grey of 3 bits", Join(Signature, Header(depth: 3, color: 0), Chunk("IDAT", Pixels), End)),
        Corrupt("IMG-41 palette of 16 bits", Join(Signature, Header(depth: 16, color: 3), Chunk("IDAT", Pixels), End)),
        Corrupt("IMG-41 RGBA of 4 bits", Join(Signature, Header(depth: 4), Chunk("IDAT", Pixels), End)),
        Corrupt("IMG-41 color type 5", Join(Signature, Header(color: 5), Chunk("IDAT", Pixels), End)),
        Corrupt("interlace method 2", Join(Signature, Header(interlace: 2), Chunk("IDAT", Pixels), End)),
        Corrupt("unpacks to over 512 MiB", Join(Signature, Header(11000, 11000, depth: 16), Chunk("IDAT", Pixels), End)),
        Corrupt("header of 12 bytes", Join(Signature, Chunk("IHDR", new byte[12]))),
        Corrupt("IMG-53 CgBI", Join(Signature, Chunk("CgBI", 0x50, 0, 0x20, 2), Header(), Chunk("IDAT", Pixels), End)),
        Corrupt("signature alone", Signature),
    ];

    private static IEnumerable<RefusedPhoto> Chunks =>
    [
        Corrupt("IMG-43 no IDAT", Join(Signature, Header(), End)),
        Corrupt("IMG-44 no IEND", Photo()[..^12]),
        Corrupt("IEND cut short", Photo()[..^1]),
        Corrupt("IEND with data", Join(Photo()[..^12], Chunk("IEND", 1))),
        Corrupt("IMG-46 chunk length 0x80000000", Photo([0x80, 0, 0, 0, .. "tEXt"u8, 0, 0, 0, 0])),
        Corrupt("chunk length 0x7FFFFFFF", Photo([0x7F, 0xFF, 0xFF, 0xFF, .. "tEXt"u8, 0, 0, 0, 0])),
        Corrupt("chunk type not of letters", Photo(Chunk("te1t"))),
        Corrupt("unknown critical chunk", Photo(Chunk("ABCD"))),
        Corrupt("wrong CRC in a dropped chunk", Photo(WrongCrc(Chunk("tEXt", [.. "Author\0me"u8]), at: 8 + 9))),
        Corrupt("wrong CRC in a kept chunk", Photo(WrongCrc(Chunk("gAMA", 0, 0, 1, 1), at: 12))),
        Corrupt("wrong CRC in IDAT", WrongCrc(Photo(), at: Photo().Length - 16)),
        Corrupt("65537 chunks", Photo([.. Enumerable.Repeat(Chunk("tEXt"), 65_534)])),
    ];

    private static IEnumerable<RefusedPhoto> PixelData =>
    [
        Corrupt("IMG-47 bomb", WithPixels(Chunk("IDAT", DeflateZeros(40_000_000)))),
        Corrupt("one byte too many", WithPixels(Chunk("IDAT", Deflate([.. Rows(80, 400), 0])))),
        Corrupt("one byte too few", WithPixels(Chunk("IDAT", Deflate(Rows(80, 400)[..^1])))),
        Corrupt("no byte", WithPixels(Chunk("IDAT", Deflate([])))),
        Corrupt("only empty IDATs", WithPixels(Join(Chunk("IDAT"), Chunk("IDAT")))),
        Corrupt("filter 5", WithPixels(Chunk("IDAT", Deflate(Rows(80, 400, filter: 5))))),
        Corrupt("not zlib", WithPixels(Chunk("IDAT", Rows(80, 400)))),
        Corrupt("preset dictionary", WithPixels(Chunk("IDAT", [0x78, 0x20, .. Pixels[2..]]))),
        Corrupt("wrong Adler-32", WithPixels(Chunk("IDAT", [.. Pixels[..^1], (byte)~Pixels[^1]]))),
        Corrupt("Adler-32 cut short", WithPixels(Chunk("IDAT", Pixels[..^1]))),
        Corrupt("Adler-32 missing", WithPixels(Chunk("IDAT", Pixels[..^4]))),
        Corrupt("a byte behind the zlib stream", WithPixels(Chunk("IDAT", [.. Pixels, 0]))),
        Corrupt("a file behind the zlib stream", WithPixels(Chunk("IDAT", [.. Pixels, .. new byte[30_000]]))),
        Corrupt("a second IDAT behind the zlib stream", WithPixels(Join(Chunk("IDAT", Pixels), Chunk("IDAT", 1, 2, 3)))),
        Corrupt("IDATs apart", WithPixels(Join(Chunk("IDAT", Pixels[..20]), Chunk("tEXt"), Chunk("IDAT", Pixels[20..])))),
        Corrupt("an empty IDAT apart", WithPixels(Join(Chunk("IDAT", Pixels), Chunk("tEXt"), Chunk("IDAT")))),
        Corrupt("interlaced by name only", Join(Signature, Header(interlace: 1), Chunk("IDAT", Pixels), End)),
    ];

    private static IEnumerable<RefusedPhoto> Palettes =>
    [
        Corrupt("palette missing", Join(Signature, Header(color: 3), Chunk("IDAT", Deflate(Rows(80, 100))), End)),
        Corrupt("palette of 4 bytes", WithPalette(new byte[4])),
        Corrupt("palette empty", WithPalette([])),
        Corrupt("palette of 257", WithPalette(new byte[257 * 3])),
        Corrupt("palette larger than the depth", Join(Signature, Header(depth: 2, color: 3), Chunk("PLTE", new byte[15]), Chunk("IDAT", Deflate(Rows(80, 25))), End)),
        Corrupt("palette of a grey picture", Join(Signature, Header(color: 0), Chunk("PLTE", new byte[3]), Chunk("IDAT", Deflate(Rows(80, 100))), End)),
        Corrupt("two palettes", Photo(Chunk("PLTE", new byte[3]), Chunk("PLTE", new byte[3]))),
        Corrupt("palette behind the pixels", WithPixels(Join(Chunk("IDAT", Pixels), Chunk("PLTE", new byte[3])))),
    ];

    private static byte[] WithPixels(byte[] chunks) => Join(Signature, Header(), chunks, End);

    private static byte[] WithPalette(byte[] palette) =>
        Join(Signature, Header(color: 3), Chunk("PLTE", palette), Chunk("IDAT", Deflate(Rows(80, 100))), End);

    private static byte[] WrongCrc(byte[] bytes, int at) => [.. bytes[..at], (byte)(bytes[at] ^ 1), .. bytes[(at + 1)..]];

    private static RefusedPhoto Corrupt(string name, byte[] bytes) => new("PNG: " + name, bytes, PhotoRefusalCode.Corrupt);

    private static RefusedPhoto Dimensions(string name, byte[] bytes) => new("PNG: " + name, bytes, PhotoRefusalCode.Dimensions);
}
