using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

public sealed class HostilePhotoTests : IDisposable
{
    private const int Flips = 4_000;

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

    // Made when its turn comes: each is about 20 MB.
    private static readonly Dictionary<string, Func<byte[]>> Costly = new()
    {
        ["fill bytes"] = () => [0xFF, 0xD8, .. Enumerable.Repeat((byte)0xFF, 20_000_000)],
        ["fill bytes in a scan"] = () => [.. JpegBytes.Photo()[..^2], .. Enumerable.Repeat((byte)0xFF, 20_000_000)],
        ["stuffed bytes"] = () => [.. JpegBytes.Photo()[..^2], .. Enumerable.Repeat<byte[]>([0xFF, 0x00], 10_000_000).SelectMany(pair => pair)],
        ["empty deflate blocks"] = () =>
            Pixels(PngBytes.Header(), [0x78, 0x01, .. Enumerable.Repeat<byte[]>([0, 0, 0, 0xFF, 0xFF], 4_000_000).SelectMany(block => block)]),
        ["nearly 512 MiB in a small file"] = () => Pixels(PngBytes.Header(16_000, 4_190, 16), PngBytes.DeflateZeros(536_000_000)),
    };

    private readonly PhotoDesk _desk = new();

    public static TheoryData<string> Names => [.. Photos.Keys];

    public static TheoryData<string> CostlyNames => [.. Costly.Keys];

    public static MatrixTheoryData<string, int> NamesAndSeeds => new([.. Photos.Keys], [1, 2, 3]);

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
    [MemberData(nameof(NamesAndSeeds))]
    public async Task Flipped_bytes_are_refused_or_cleaned_and_never_thrown_at_us(string name, int seed)
    {
        var random = new Random(seed);

        for (var flip = 0; flip < Flips; flip++) await ReadAsync(Flipped(Photos[name], random));

        _desk.AssertEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Cleaning_twice_is_cleaning_once(string name)
    {
        var once = await _desk.CleanAsync(Photos[name]);

        using var again = await _desk.AcceptAsync(once);

        Assert.Equal(once, PhotoDesk.Content(again));
        Assert.Equal(PhotoRemovals.None, again.Removed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Noise_behind_a_signature_is_never_thrown_at_us(int seed)
    {
        var random = new Random(seed);

        for (var i = 0; i < 1000; i++)
        {
            var noise = new byte[random.Next(2000)];
            random.NextBytes(noise);
            await ReadAsync([.. JpegBytes.Soi, 0xFF, .. noise]);
            await ReadAsync([.. PngBytes.Signature, .. noise]);
            await ReadAsync([.. PngBytes.Signature, .. PngBytes.Header(), .. PngBytes.Chunk("IDAT", noise), .. PngBytes.End]);
        }

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

    private async Task ReadAsync(byte[] bytes)
    {
        var outcome = await _desk.ReadAsync(bytes);
        if (!outcome.Accepted) return;

        using var photo = outcome.Photo;
        var once = PhotoDesk.Content(photo);
        Assert.Equal(once, await _desk.CleanAsync(once));
    }

    private static byte[] Flipped(byte[] bytes, Random random)
    {
        var flipped = bytes.ToArray();
        for (var i = random.Next(1, 4); i > 0; i--) flipped[random.Next(2, flipped.Length)] = random.Next(4) is 0 ? (byte)0xFF : (byte)random.Next(256);
        return flipped;
    }
}
