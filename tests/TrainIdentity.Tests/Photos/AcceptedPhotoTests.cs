using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

public sealed class AcceptedPhotoTests : IDisposable
{
    private static readonly IReadOnlyDictionary<string, PhotoCase> Cases = PhotoCase.Read("accepted.json");

    private readonly PhotoDesk _desk = new();

    public static TheoryData<string> Ids => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_good_photo_is_accepted_and_nothing_is_left_of_what_must_go(string id)
    {
        var good = Cases[id];
        var bytes = good.Bytes;
        var expected = good.Cleaned is null ? bytes : Recipe.Build(good.Cleaned);

        using var photo = await _desk.AcceptAsync(bytes);

        Assert.True(PhotoDesk.Content(photo).AsSpan().SequenceEqual(expected));
        Assert.Equal(good.Removed, photo.Removed);
        Assert.Equal(bytes.AsSpan().StartsWith(PngBytes.Signature) ? PhotoFormat.Png : PhotoFormat.Jpeg, photo.Format);
        Assert.Equal(-1, expected.AsSpan().IndexOf("CANARY"u8));
    }

    public void Dispose() => _desk.Dispose();
}
