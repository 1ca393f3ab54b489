using TrainIdentity.Functions.Http;

namespace TrainIdentity.Tests.Photos;

public sealed class RefusedPhotoTests : IDisposable
{
    private const int SmallBytes = 1 << 20;

    private static readonly IReadOnlyDictionary<string, PhotoCase> Cases = PhotoCase.Read("refused.json");

    private readonly PhotoDesk _desk = new();

    public static TheoryData<string> Ids => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_bad_photo_is_refused_and_leaves_nothing(string id)
    {
        var photo = Cases[id];
        var bytes = photo.Bytes;

        var refusal = await _desk.RefuseAsync(bytes);

        Assert.Equal(photo.Code, Problems.For(refusal, 0).Code);
        Assert.Contains(photo.Says ?? "", refusal.Detail, StringComparison.Ordinal);
        // What it is, then what to do.
        Assert.Matches(@"^This .+[.:] \S.+\.$", refusal.Detail);
        if (bytes.Length > SmallBytes) return;
        Assert.Equal(refusal, (await _desk.ReadAsync(new ChoppedStream(bytes, [7, 1, 300]))).Refusal);
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
