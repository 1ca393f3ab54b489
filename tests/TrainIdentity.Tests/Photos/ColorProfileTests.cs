using TrainIdentity.Photos;
using static TrainIdentity.Tests.Photos.JpegBytes;

namespace TrainIdentity.Tests.Photos;

public sealed class ColorProfileTests : IDisposable
{
    private const int Limit = 64 << 10;
    private const int MaxPart = 65_519;

    private static readonly Dictionary<string, byte[]> Useless = new()
    {
        ["too large"] = Join(ProfilePart(1, 2, Profile(Limit)[..60_000]), ProfilePart(2, 2, new byte[Limit - 60_000 + 1])),
        ["without its signature"] = ProfilePart(1, 1, new byte[500]),
        ["shorter than its header"] = ProfilePart(1, 1, Profile(127)),
        ["a part missing at the end"] = ProfilePart(1, 2, Profile(500)),
        ["a part missing at the start"] = ProfilePart(2, 2, Profile(500)),
        ["parts that disagree"] = Join(ProfilePart(1, 2, Profile(500)), ProfilePart(2, 3, Profile(500))),
        ["part 0"] = ProfilePart(0, 1, Profile(500)),
        ["no parts at all"] = ProfilePart(1, 0, Profile(500)),
    };

    private readonly PhotoDesk _desk = new();

    public static TheoryData<string> UselessNames => [.. Useless.Keys];

    [Theory]
    [InlineData(128)]
    [InlineData(548)]
    [InlineData(MaxPart)]
    public async Task OK09_a_profile_in_one_part_stays(int length)
    {
        var bytes = Photo(ProfilePart(1, 1, Profile(length)));

        using var photo = await _desk.AcceptAsync(bytes);

        Assert.Equal(bytes, PhotoDesk.Content(photo));
        Assert.Equal(PhotoRemovals.None, photo.Removed);
    }

    [Fact]
    public async Task A_profile_in_many_parts_comes_back_in_as_few_as_possible()
    {
        var profile = Profile(Limit);
        var parts = profile.Chunk(300).ToArray();

        var cleaned = await _desk.CleanAsync(Photo([.. parts.Select((part, i) => ProfilePart((byte)(i + 1), (byte)parts.Length, part))]));

        Assert.Equal(Photo(ProfilePart(1, 2, profile[..MaxPart]), ProfilePart(2, 2, profile[MaxPart..])), cleaned);
    }

    [Theory]
    [MemberData(nameof(UselessNames))]
    public async Task A_useless_profile_goes(string name)
    {
        using var photo = await _desk.AcceptAsync(Photo(Useless[name]));

        Assert.Equal(Photo(), PhotoDesk.Content(photo));
        Assert.Equal(PhotoRemovals.ColorProfile, photo.Removed);
    }

    [Fact]
    public async Task Of_two_profiles_the_first_stays()
    {
        var (first, second) = (ProfilePart(1, 1, Profile(500)), ProfilePart(1, 1, Profile(600)));

        using var photo = await _desk.AcceptAsync(Photo(first, second));

        Assert.Equal(Photo(first), PhotoDesk.Content(photo));
        Assert.Equal(PhotoRemovals.ColorProfile, photo.Removed);
    }

    public void Dispose() => _desk.Dispose();
}
