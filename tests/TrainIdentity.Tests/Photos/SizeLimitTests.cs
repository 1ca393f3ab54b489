using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

public sealed class SizeLimitTests : IDisposable
{
    private const int Limit = 20_971_520;

    private readonly PhotoDesk _desk = new();

    [Fact]
    public async Task OK17_a_file_of_exactly_20_MiB_is_accepted()
    {
        var bytes = JpegBytes.OfLength(Limit);

        using var photo = await _desk.AcceptAsync(bytes);

        Assert.Equal(Limit, photo.Length);
    }

    [Fact]
    public async Task IMG03_one_byte_more_is_too_large()
    {
        var refusal = await _desk.RefuseAsync(JpegBytes.OfLength(Limit + 1));

        Assert.Equal(new PhotoRefusal(PhotoRefusalCode.TooLarge, "This photo is larger than 20 MiB. Save a smaller copy and try again."), refusal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task What_follows_the_picture_counts_although_it_is_dropped(int tooMany, bool accepted)
    {
        var photo = JpegBytes.Photo();
        byte[] padded = [.. photo, .. new byte[Limit + tooMany - photo.Length]];

        var outcome = await _desk.ReadAsync(padded);

        using var kept = outcome.Photo;
        Assert.Equal(accepted, outcome.Accepted);
        Assert.Equal(accepted ? null : PhotoRefusalCode.TooLarge, outcome.Refusal?.Code);
    }

    [Fact]
    public async Task A_PNG_that_goes_on_beyond_the_limit_is_too_large()
    {
        using var desk = new PhotoDesk(new PhotoOptions { MaxBytes = 200 });

        var refusal = await desk.RefuseAsync(PngBytes.Photo(PngBytes.Chunk("tEXt", new byte[500])));

        Assert.Equal(PhotoRefusalCode.TooLarge, refusal.Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public async Task The_reason_does_not_depend_on_how_the_source_is_cut(int size)
    {
        using var desk = new PhotoDesk(new PhotoOptions { MaxBytes = 600 });
        byte[] heic = [0, 0, 0, 16, .. "ftypheic"u8, .. new byte[2000]];

        var outcome = await desk.ReadAsync(new ChoppedStream(heic, [size]));

        Assert.Equal(PhotoRefusalCode.TypeNotAllowed, outcome.Refusal?.Code);
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(16_384, 7_812)]
    [InlineData(64, 16_384)]
    public async Task The_outermost_sizes_are_accepted(int width, int height)
    {
        var bytes = JpegBytes.Join(JpegBytes.Soi, JpegBytes.Tables, JpegBytes.Frame(width, height), JpegBytes.Scan(), JpegBytes.Data, JpegBytes.Eoi);

        using var photo = await _desk.AcceptAsync(bytes);

        Assert.Equal((width, height), (photo.Width, photo.Height));
    }

    public void Dispose() => _desk.Dispose();
}
