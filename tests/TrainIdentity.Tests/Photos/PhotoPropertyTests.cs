using CsCheck;
using TrainIdentity.Photos;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Photos;

/// <summary>What holds for every photo, whatever is in it. A failure prints the seed that shows it again.</summary>
public sealed class PhotoPropertyTests : IDisposable
{
    private static readonly int Cases = Seed.Full ? 100_000 : 10_000;

    private readonly PhotoDesk _desk = new();

    [Fact]
    public void Cleaning_twice_is_cleaning_once() => PhotoGen.Any.Sample(made =>
    {
        var once = Clean(made.Bytes);

        var again = Read(once);

        using var photo = again.Photo;
        Assert.Equal(PhotoRemovals.None, photo?.Removed);
        Assert.True(PhotoDesk.Content(photo!).AsSpan().SequenceEqual(once));
    }, iter: Cases);

    [Fact]
    public void Only_what_may_stay_stays_and_the_picture_is_the_same() => PhotoGen.Any.Sample(made =>
    {
        var cleaned = Clean(made.Bytes);

        Anatomy.AssertClean(cleaned);
        Assert.True(PictureOf(cleaned).AsSpan().SequenceEqual(made.Picture));
        Assert.Equal(-1, cleaned.AsSpan().IndexOf("CANARY"u8));
    }, iter: Cases);

    [Fact]
    public void How_the_bytes_arrive_changes_nothing() => Gen.Select(PhotoGen.Any, Gen.Int[1, 2_000].Array[1, 5]).Sample((made, sizes) =>
    {
        var whole = Clean(made.Bytes);

        using var pieces = Wait(_desk.ReadAsync(new ChoppedStream(made.Bytes, sizes))).Photo;

        Assert.True(PhotoDesk.Content(pieces!).AsSpan().SequenceEqual(whole));
    }, iter: Cases);

    [Fact]
    public void A_photo_cut_anywhere_is_refused() => Gen.Select(PhotoGen.Any, Gen.Double[0, 1]).Sample((made, where) =>
    {
        var end = made.Bytes.Length - made.Trailing;

        var outcome = Read(made.Bytes[..(int)(where * (end - 1))]);

        Assert.False(outcome.Accepted);
    }, iter: Cases);

    public void Dispose()
    {
        _desk.AssertEmpty();
        _desk.Dispose();
    }

    private static byte[] PictureOf(byte[] photo) => Anatomy.Picture(photo) is var picture && photo.AsSpan().StartsWith(PngBytes.Signature)
        ? [.. Anatomy.Of(photo).Where(part => part.Kind is "IHDR" or "PLTE" or "IDAT" or "IEND").SelectMany(part => part.Bytes.ToArray())]
        : picture;

    private byte[] Clean(byte[] bytes)
    {
        var outcome = Read(bytes);
        using var photo = outcome.Photo;
        Assert.True(outcome.Accepted, outcome.Refusal?.Detail);
        return PhotoDesk.Content(photo!);
    }

    private PhotoOutcome Read(byte[] bytes) => Wait(_desk.ReadAsync(bytes));

    private static PhotoOutcome Wait(ValueTask<PhotoOutcome> read) => read.AsTask().GetAwaiter().GetResult();
}
