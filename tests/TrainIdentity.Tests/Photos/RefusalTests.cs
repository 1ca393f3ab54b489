using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

public sealed class RefusalTests : IDisposable
{
    private static readonly Dictionary<string, RefusedPhoto> Photos = RefusedJpegs.All.Concat(RefusedPngs.All).ToDictionary(photo => photo.Name);

    private readonly PhotoDesk _desk = new();

    public static TheoryData<string> Names => [.. Photos.Keys];

    public static TheoryData<string> Types => [.. RefusedTypes.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_broken_photo_is_refused_and_leaves_nothing(string name)
    {
        var photo = Photos[name];

        var refusal = await _desk.RefuseAsync(photo.Bytes);

        Assert.Equal(photo.Code, refusal.Code);
        Assert.EndsWith(".", refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Another_type_is_refused_by_its_name(string name)
    {
        var (word, bytes) = RefusedTypes.All[name];

        var refusal = await _desk.RefuseAsync(bytes);

        Assert.Equal(PhotoRefusalCode.TypeNotAllowed, refusal.Code);
        Assert.Contains(word, refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_file_is_refused()
    {
        var refusal = await _desk.RefuseAsync([]);

        Assert.Equal(PhotoRefusalCode.Empty, refusal.Code);
    }

    [Fact]
    public async Task The_refusal_of_a_small_photo_says_how_small_it_is_and_how_large_it_must_be()
    {
        var refusal = await _desk.RefuseAsync(PngBytes.Join(PngBytes.Signature, PngBytes.Header(31, 40)));

        Assert.Equal("This photo has 31 x 40 pixels. Each side must have at least 64 pixels: choose a larger photo.", refusal.Detail);
    }

    [Fact]
    public async Task A_claimed_size_is_never_allocated()
    {
        byte[] bomb = [.. PngBytes.Signature, .. PngBytes.Header(11_000, 11_000, color: 2), 0x7F, 0xFF, 0xFF, 0xFF, .. "eXIf"u8, 1, 2, 3];
        await _desk.RefuseAsync(bomb);
        var before = GC.GetAllocatedBytesForCurrentThread();

        await _desk.RefuseAsync(bomb);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    public void Dispose() => _desk.Dispose();
}
