using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

public sealed class SizeLimitTests
{
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
}
