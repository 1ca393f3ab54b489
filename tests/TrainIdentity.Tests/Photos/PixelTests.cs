using System.Text;
using MetadataExtractor;

namespace TrainIdentity.Tests.Photos;

/// <summary>Cleaning changes no pixel and leaves nothing personal, say readers that are not ours.</summary>
public sealed class PixelTests(CleanedPictures pictures) : IClassFixture<CleanedPictures>
{
    private static readonly string[] Personal = ["Exif", "GPS", "XMP", "IPTC", "Photoshop", "Makernote", "tEXt", "iTXt", "zTXt", "tIME", "JpegComment"];

    public static TheoryData<string> Names => [.. CleanedPictures.Encoded, .. CleanedPictures.Photos];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_pixel_is_as_before(string name)
    {
        var (original, _, (before, after)) = pictures[name];

        Assert.Equal((before.Stored, before.IsProgressive, before.Space), (after.Stored, after.IsProgressive, after.Space));
        Assert.Equal(Upright(before.Orientation), Upright(after.Orientation));
        // The profile of a PNG goes, so its colors may be shown a little differently; that of a JPEG stays.
        if (IsPng(original) && before.HasProfile) return;
        Assert.Equal((before.Shown, before.HasProfile), (after.Shown, after.HasProfile));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_personal_is_left(string name)
    {
        var (_, cleaned, _) = pictures[name];

        var tags = ImageMetadataReader.ReadMetadata(new MemoryStream(cleaned)).SelectMany(directory => directory.Tags)
            .Where(tag => Personal.Any(kind => tag.DirectoryName.Contains(kind, StringComparison.OrdinalIgnoreCase)));

        Assert.All(tags, tag => Assert.Equal(("Exif IFD0", "Orientation"), (tag.DirectoryName, tag.Name)));
        Assert.DoesNotContain("CANARY", Encoding.Latin1.GetString(cleaned), StringComparison.Ordinal);
        Anatomy.AssertClean(cleaned);
    }

    /// <summary>Otherwise the encoder would have left out what the tests above are about.</summary>
    [Fact]
    public void The_pictures_are_what_their_names_say()
    {
        Assert.Equal(8, pictures["OK-06 orientation 8"].Pixels.Before.Orientation);
        Assert.Equal(6, pictures["PNG of orientation 6"].Pixels.Before.Orientation);
        Assert.True(pictures["OK-02 progressive"].Pixels.Before.IsProgressive);
        Assert.True(pictures["interlaced"].Pixels.Before.IsProgressive);
        Assert.Equal(["b-w", "cmyk", "rgb16"], new[] { "OK-07 grey", "CMYK", "RGB of 16 bits" }.Select(name => pictures[name].Pixels.Before.Space));
        Assert.NotEqual(pictures["OK-09 Display P3"].Pixels.Before.Stored, pictures["OK-09 Display P3"].Pixels.Before.Shown);
        Assert.All(new[] { "OK-01 baseline 4:2:0 with EXIF and GPS", "OK-15 PNG with EXIF" }, name => Assert.Contains("CANARY", Encoding.Latin1.GetString(pictures[name].Before), StringComparison.Ordinal));
    }

    private static int Upright(int orientation) => orientation is 0 ? 1 : orientation;

    private static bool IsPng(byte[] photo) => photo.AsSpan().StartsWith(PngBytes.Signature);
}
