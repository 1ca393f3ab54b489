using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

public sealed class HostilePhotoTests : IDisposable
{
    // Everything a file can hold, once.
    private static readonly Dictionary<string, byte[]> Photos = new()
    {
        ["JPEG"] = JpegBytes.Photo(
            JpegBytes.Jfif, ExifBytes.Segment(6), JpegBytes.Adobe, JpegBytes.Segment(0xDD, 0, 1),
            JpegBytes.ProfilePart(1, 2, JpegBytes.Profile(200)[..150]),
            JpegBytes.ProfilePart(2, 2, JpegBytes.Profile(200)[150..]), JpegBytes.Segment(0xFE, 1, 2, 3)),
        ["progressive JPEG"] = JpegBytes.Progressive(5),
        ["PNG"] = PngBytes.Photo(
            PngBytes.Chunk("gAMA", 0, 0, 1, 1), PngBytes.Chunk("eXIf", ExifBytes.Tiff(6, littleEndian: true)),
            PngBytes.Chunk("tEXt", [.. "Author\0me"u8])),
        ["PNG in pieces"] = PngBytes.Join(
            PngBytes.Signature, PngBytes.Header(color: 3), PngBytes.Chunk("PLTE", new byte[30]), PngBytes.Chunk("tRNS", new byte[5]),
            PngBytes.Join([.. PngBytes.Deflate(PngBytes.Rows(80, 100)).Chunk(50).Select(part => PngBytes.Chunk("IDAT", part))]), PngBytes.End),
    };

    // Costs most for its size: each block makes its tables anew and holds nothing. Eight of them fill whole bytes.
    private static readonly byte[] EightTables = Convert.FromHexString(
        "04C0018224390CC330504EF5ECFF3F7C87FF098003044972188661A09CEAD9FF7FF80EFF1300070892E4300CC34039D5B3FFFFF01DFE27000E1024C96118868172AA67FFFFE13BFC4F"
        + "001C204892C3300C03E554CFFEFFC377F89F003840902487611806CAA99EFDFF87EFF03F01708020490EC3300C94533DFBFF0FDFE17F02E00041921C86611828A77AF6FF1FBEC3FF");

    // Made when its turn comes: each is about 20 MB.
    private static readonly Dictionary<string, Func<byte[]>> Costly = new()
    {
        ["fill bytes"] = () => [0xFF, 0xD8, .. JpegBytes.Repeat(20_000_000, 0xFF)],
        ["fill bytes in a scan"] = () => [.. JpegBytes.Photo()[..^2], .. JpegBytes.Repeat(20_000_000, 0xFF)],
        ["stuffed bytes"] = () => [.. JpegBytes.Photo()[..^2], .. JpegBytes.Repeat(10_000_000, 0xFF, 0x00)],
        ["empty deflate blocks"] = () => Pixels(PngBytes.Header(), [0x78, 0x01, .. JpegBytes.Repeat(4_000_000, 0, 0, 0, 0xFF, 0xFF)]),
        ["deflate blocks that are all tables"] = () => Pixels(PngBytes.Header(4_000, 4_000), [0x78, 0x01, .. JpegBytes.Repeat(137_931, EightTables)]),
        ["nearly 512 MiB in a small file"] = () => Pixels(PngBytes.Header(16_000, 4_190, 16), PngBytes.DeflateZeros(536_000_000)),
    };

    private readonly PhotoDesk _desk = new();

    public static TheoryData<string> Names => [.. Photos.Keys];

    public static TheoryData<string> CostlyNames => [.. Costly.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_photo_cut_at_any_byte_is_refused(string name)
    {
        var bytes = Photos[name];
        await _desk.CleanAsync(bytes);

        for (var length = 0; length < bytes.Length; length++) await _desk.RefuseAsync(bytes[..length]);

        _desk.AssertEmpty();
    }

    [Theory]
    [MemberData(nameof(CostlyNames))]
    public async Task A_file_made_to_be_slow_is_refused_in_the_end(string name)
    {
        var bytes = Costly[name]();

        var refusal = await _desk.RefuseAsync(bytes);

        Assert.Equal(PhotoRefusalCode.Corrupt, refusal.Code);
    }

    public void Dispose() => _desk.Dispose();

    private static byte[] Pixels(byte[] header, byte[] data) => PngBytes.Join(PngBytes.Signature, header, PngBytes.Chunk("IDAT", data), PngBytes.End);
}
