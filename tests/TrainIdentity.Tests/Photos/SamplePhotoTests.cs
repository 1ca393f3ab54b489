using MetadataExtractor;
using MetadataExtractor.Formats.Jpeg;
using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

/// <summary>Real camera files, read before and after by a reader that is not ours.</summary>
public sealed class SamplePhotoTests : IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "photos");

    private readonly PhotoDesk _desk = new();

    public static TheoryData<string> Names => [.. AllNames];

    public static TheoryData<string> Jpegs => [.. AllNames.Where(name => name.EndsWith(".jpg", StringComparison.Ordinal))];

    private static IEnumerable<string> AllNames =>
        System.IO.Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)).Where(name => !name.EndsWith(".md", StringComparison.Ordinal)).Order();

    [Theory]
    [MemberData(nameof(Jpegs))]
    public async Task The_scan_is_the_same_byte_for_byte(string name)
    {
        var original = Original(name);

        var cleaned = await _desk.CleanAsync(original);

        var scan = LastScan(cleaned);
        Assert.True(original.AsSpan().IndexOf(scan) > 0);
        Assert.True(scan.Length > cleaned.Length * 9 / 10);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Cleaning_twice_is_cleaning_once(string name)
    {
        using var once = await _desk.AcceptAsync(Original(name));

        using var twice = await _desk.AcceptAsync(PhotoDesk.Content(once));

        Assert.Equal((once.Sha256, once.Length, PhotoRemovals.None), (twice.Sha256, twice.Length, twice.Removed));
    }

    [Theory]
    [InlineData("iphone4-gps.jpg", PhotoRemovals.Exif | PhotoRemovals.Gps)]
    [InlineData("iphone6-gps.jpg", PhotoRemovals.Exif | PhotoRemovals.Gps | PhotoRemovals.Thumbnail)]
    [InlineData("nexus4-gps.jpg", PhotoRemovals.Exif | PhotoRemovals.Gps | PhotoRemovals.Thumbnail)]
    public async Task What_was_removed_is_named(string name, PhotoRemovals atLeast)
    {
        using var photo = await _desk.AcceptAsync(Original(name));

        Assert.Equal(atLeast, photo.Removed & atLeast);
    }

    [Theory]
    [MemberData(nameof(Jpegs))]
    public async Task The_size_is_what_the_other_reader_says(string name)
    {
        var frame = Read(Original(name)).OfType<JpegDirectory>().Single();

        using var photo = await _desk.AcceptAsync(Original(name));

        Assert.Equal((frame.GetImageWidth(), frame.GetImageHeight()), (photo.Width, photo.Height));
    }

    public void Dispose() => _desk.Dispose();

    private static byte[] Original(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    private static IReadOnlyList<MetadataExtractor.Directory> Read(byte[] bytes) => ImageMetadataReader.ReadMetadata(new MemoryStream(bytes));

    private static ReadOnlySpan<byte> LastScan(byte[] jpeg) => jpeg.AsSpan(jpeg.AsSpan().LastIndexOf<byte>([0xFF, 0xDA]))[..^2];
}
