using System.Text;
using TrainIdentity.Photos;
using static TrainIdentity.Tests.Photos.JpegBytes;

namespace TrainIdentity.Tests.Photos;

public sealed class JpegCleaningTests : IDisposable
{
    private static readonly byte[] Bare = Photo();

    private static readonly Dictionary<string, byte[]> Clean = new()
    {
        ["bare"] = Bare,
        ["JFIF"] = Photo(Jfif),
        ["Adobe"] = Photo(Adobe),
        ["OK-02 progressive, 10 scans"] = Progressive(10),
        ["100 scans"] = Progressive(100),
        ["OK-07 grey"] = Join(Soi, Tables, Frame(components: 1), Scan(components: 1), Data, Eoi),
        ["four components"] = Join(Soi, Tables, Frame(components: 4), Scan(components: 4), Data, Eoi),
        ["extended sequential"] = Join(Soi, Tables, Frame(marker: 0xC1), Scan(), Data, Eoi),
        ["a scan for each component"] = Join(Soi, Tables, Frame(), Scan(1), Data, Scan(1, start: 2), Data, Scan(1, start: 3), Data, Eoi),
        ["OK-11 restart markers all around the cycle"] = Restarting(20),
        ["OK-11 fill bytes inside a scan"] = Join(Bare[..^2], [0xFF, 0xFF, 0xFF, 0x00, 0x01], Eoi),
        ["OK-11 fill bytes before the end"] = Join(Bare[..^2], [0xFF], Eoi),
        ["OK-11 two fill bytes before the end"] = Join(Bare[..^2], [0xFF, 0xFF], Eoi),
        ["OK-11 fill bytes before a restart marker"] = Join(Soi, Tables, Segment(0xDD, 0, 1), Frame(), Scan(), Data, [0xFF, 0xFF, 0xD0], Data, Eoi),
        ["OK-12 runs of stuffed bytes"] = Join(Bare[..^2], [.. Enumerable.Repeat<byte[]>([0xFF, 0x00], 400_000).SelectMany(pair => pair)], Eoi),
        ["tables between scans"] = Join(Soi, Tables, Frame(marker: 0xC2), Scan(last: 0), Data, Huffman(0x11), Scan(1, first: 1), Data, Eoi),
        ["16-bit quantization"] = Photo(Segment(0xDB, [0x11, .. new byte[128]])),
        ["two tables in one segment"] = Photo(Segment(0xDB, [1, .. new byte[64], 2, .. new byte[64]])),
        ["the orientation alone"] = Photo(Segment(0xE1, [.. "Exif\0\0"u8, .. ExifBytes.Only(6)])),
    };

    private static readonly Dictionary<string, (byte[] Bytes, PhotoRemovals Removed)> Metadata = new()
    {
        ["EXIF with GPS and thumbnail"] = (ExifBytes.Segment(1), PhotoRemovals.Exif | PhotoRemovals.Gps | PhotoRemovals.Thumbnail),
        ["EXIF that is no TIFF"] = (App(1, "Exif\0\0nonsense " + ExifBytes.Canary), PhotoRemovals.Exif),
        ["XMP"] = (App(1, "http://ns.adobe.com/xap/1.0/\0<x>" + ExifBytes.Canary), PhotoRemovals.Xmp),
        ["extended XMP"] = (App(1, "http://ns.adobe.com/xmp/extension/\0" + ExifBytes.Canary), PhotoRemovals.Xmp),
        ["another APP1"] = (App(1, ExifBytes.Canary), PhotoRemovals.Other),
        ["JFIF extension thumbnail"] = (App(0, "JFXX\0\u0010" + ExifBytes.Canary), PhotoRemovals.Thumbnail),
        ["IPTC"] = (App(13, "Photoshop 3.0\0" + ExifBytes.Canary), PhotoRemovals.Iptc),
        ["multi-picture index"] = (App(2, "MPF\0" + ExifBytes.Canary), PhotoRemovals.Other),
        ["a profile that is none"] = (App(2, "ICC_PROFILE\0\u0001\u0001" + new string(' ', 200) + ExifBytes.Canary), PhotoRemovals.ColorProfile),
        ["maker's segment"] = (App(5, ExifBytes.Canary), PhotoRemovals.Other),
        ["Adobe's segment cut short"] = (App(14, "Adobe"), PhotoRemovals.Other),
        ["comment"] = (Segment(0xFE, Encoding.ASCII.GetBytes(ExifBytes.Canary)), PhotoRemovals.Comment),
    };

    private readonly PhotoDesk _desk = new();

    public static TheoryData<string> CleanNames => [.. Clean.Keys];

    public static TheoryData<string> MetadataNames => [.. Metadata.Keys];

    [Theory]
    [MemberData(nameof(CleanNames))]
    public async Task A_clean_photo_stays_as_it_is(string name)
    {
        var bytes = Clean[name];

        using var photo = await _desk.AcceptAsync(bytes);

        Assert.Equal(bytes, PhotoDesk.Content(photo));
        Assert.Equal((PhotoFormat.Jpeg, 100, 80, PhotoRemovals.None), (photo.Format, photo.Width, photo.Height, photo.Removed));
    }

    [Theory]
    [MemberData(nameof(MetadataNames))]
    public async Task Metadata_goes_and_is_named(string name)
    {
        var (segment, removed) = Metadata[name];

        using var photo = await _desk.AcceptAsync(Photo(segment));

        Assert.Equal(Bare, PhotoDesk.Content(photo));
        Assert.Equal(removed, photo.Removed);
    }

    [Theory]
    [MemberData(nameof(MetadataNames))]
    public async Task Metadata_between_scans_and_at_the_end_goes_too(string name)
    {
        var (segment, removed) = Metadata[name];
        byte[] scanned = [.. Tables, .. Frame(marker: 0xC2), .. Scan(last: 0), .. Data];
        byte[] refined = [.. Scan(1, first: 1), .. Data];

        using var photo = await _desk.AcceptAsync(Join(Soi, scanned, segment, refined, segment, Eoi));

        Assert.Equal(Join(Soi, scanned, refined, Eoi), PhotoDesk.Content(photo));
        Assert.NotEqual(PhotoRemovals.None, photo.Removed & removed);
    }

    [Fact]
    public async Task What_would_be_kept_in_front_of_the_pixels_goes_behind_them()
    {
        var late = Join(Jfif, Adobe, ExifBytes.Segment(6), ProfilePart(1, 1, Profile(500)));

        using var photo = await _desk.AcceptAsync(Join(Bare[..^2], late, Eoi));

        Assert.Equal(Bare, PhotoDesk.Content(photo));
        Assert.Equal(PhotoRemovals.Exif | PhotoRemovals.ColorProfile | PhotoRemovals.Other, photo.Removed);
    }

    [Fact]
    public async Task The_JFIF_thumbnail_goes_and_the_density_stays()
    {
        var jfif = Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 1, 0, 72, 0, 72, 1, 1, 9, 9, 9]);

        using var photo = await _desk.AcceptAsync(Photo(jfif));

        Assert.Equal(Photo(Jfif), PhotoDesk.Content(photo));
        Assert.Equal(PhotoRemovals.Thumbnail, photo.Removed);
    }

    [Fact]
    public async Task IMG33_of_two_photos_glued_together_the_first_is_kept()
    {
        using var photo = await _desk.AcceptAsync(Join(Bare, Photo(ExifBytes.Segment(6))));

        Assert.Equal(Bare, PhotoDesk.Content(photo));
        Assert.Equal(PhotoRemovals.Trailing, photo.Removed);
    }

    [Fact]
    public async Task A_single_byte_behind_the_end_goes_and_is_named()
    {
        using var photo = await _desk.AcceptAsync([.. Bare, 0]);

        Assert.Equal(Bare, PhotoDesk.Content(photo));
        Assert.Equal(PhotoRemovals.Trailing, photo.Removed);
    }

    [Fact]
    public async Task Fill_bytes_before_a_segment_go()
    {
        var cleaned = await _desk.CleanAsync(Join(Soi, [0xFF, 0xFF], Tables, [0xFF], Frame(), [0xFF, 0xFF, 0xFF], Scan(), Data, Eoi));

        Assert.Equal(Bare, cleaned);
    }

    [Fact]
    public async Task A_photo_of_as_many_segments_as_allowed_is_accepted()
    {
        var cleaned = await _desk.CleanAsync(Photo([.. Enumerable.Repeat(Segment(0xFE), 4091)]));

        Assert.Equal(Bare, cleaned);
    }

    [Fact]
    public async Task IMG54_the_content_decides_the_type()
    {
        using var jpeg = await _desk.AcceptAsync(Bare);
        using var png = await _desk.AcceptAsync(PngBytes.Photo());

        Assert.Equal((PhotoFormat.Jpeg, PhotoFormat.Png), (jpeg.Format, png.Format));
    }

    public void Dispose() => _desk.Dispose();

    private static byte[] App(int number, string text) => Segment((byte)(0xE0 + number), Encoding.Latin1.GetBytes(text));

    private static byte[] Restarting(int restarts) =>
        Join(Soi, Tables, Segment(0xDD, 0, 1), Frame(), Scan(), Data, [.. Enumerable.Range(0, restarts).SelectMany(n => Join([0xFF, (byte)(0xD0 + n % 8)], Data))], Eoi);
}
