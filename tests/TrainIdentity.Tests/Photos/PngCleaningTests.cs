using System.Text;
using TrainIdentity.Photos;
using static TrainIdentity.Tests.Photos.PngBytes;

namespace TrainIdentity.Tests.Photos;

public sealed class PngCleaningTests : IDisposable
{
    private static readonly byte[] Bare = Photo();

    private static readonly Dictionary<string, byte[]> Clean = new()
    {
        ["OK-13 8-bit RGBA"] = Bare,
        ["16-bit RGB"] = Of(16, 2, 600),
        ["grey of 1 bit"] = Of(1, 0, 13),
        ["grey of 2 bits"] = Of(2, 0, 25),
        ["grey with alpha"] = Of(8, 4, 200),
        ["palette of 4 bits"] = Of(4, 3, 50, Chunk("PLTE", new byte[48]), Chunk("tRNS", new byte[16])),
        ["RGB with a suggested palette"] = Of(8, 2, 300, Chunk("PLTE", new byte[30]), Chunk("tRNS", new byte[6])),
        ["interlaced"] = Interlaced(),
        ["all that is kept"] = Photo(
            Chunk("gAMA", 0, 0, 0xB1, 0x8F), Chunk("cHRM", new byte[32]), Chunk("sRGB", 0), Chunk("sBIT", 8, 8, 8, 8), Chunk("pHYs", new byte[9])),
        ["IDATs of one byte"] = Join(Signature, Header(), Join([.. Pixels.Select(one => Chunk("IDAT", one))]), End),
        ["IDATs of odd sizes"] = Join(Signature, Header(), Join([.. Pixels.Chunk(37).Select(some => Chunk("IDAT", some))]), End),
        ["the orientation alone"] = Photo(Chunk("eXIf", ExifBytes.Only(6))),
    };

    private static readonly Dictionary<string, (byte[] Bytes, PhotoRemovals Removed)> Metadata = new()
    {
        ["OK-15 text with a name"] = (Text("tEXt", "Author\0" + ExifBytes.Canary), PhotoRemovals.Text),
        ["packed text"] = (Text("zTXt", "Comment\0\0" + ExifBytes.Canary), PhotoRemovals.Text),
        ["international text"] = (Text("iTXt", "Title\0\0\0\0\0" + ExifBytes.Canary), PhotoRemovals.Text),
        ["XMP"] = (Text("iTXt", "XML:com.adobe.xmp\0\0\0\0\0<x>" + ExifBytes.Canary), PhotoRemovals.Xmp),
        ["EXIF as text"] = (Text("zTXt", "Raw profile type exif\0\0" + ExifBytes.Canary), PhotoRemovals.Text | PhotoRemovals.Exif),
        ["IPTC as text"] = (Text("zTXt", "Raw profile type iptc\0\0" + ExifBytes.Canary), PhotoRemovals.Text | PhotoRemovals.Iptc),
        ["OK-15 EXIF"] = (Chunk("eXIf", ExifBytes.Tiff(1)), PhotoRemovals.Exif | PhotoRemovals.Gps | PhotoRemovals.Thumbnail),
        ["OK-15 time"] = (Chunk("tIME", 7, 0xE9, 1, 2, 3, 4, 5), PhotoRemovals.Other),
        ["color profile"] = (Text("iCCP", "Display P3\0\0" + ExifBytes.Canary), PhotoRemovals.ColorProfile),
        ["background"] = (Chunk("bKGD", new byte[6]), PhotoRemovals.Other),
        ["a private chunk"] = (Text("prVt", ExifBytes.Canary), PhotoRemovals.Other),
        ["a large chunk"] = (Chunk("prVt", new byte[600_000]), PhotoRemovals.Other),
        ["gamma of 5 bytes"] = (Chunk("gAMA", new byte[5]), PhotoRemovals.Other),
        ["transparency beside alpha"] = (Chunk("tRNS", new byte[6]), PhotoRemovals.Other),
        ["IMG-51 animation"] = (Join(Chunk("acTL", new byte[8]), Chunk("fcTL", new byte[26])), PhotoRemovals.Other),
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
        Assert.Equal((PhotoFormat.Png, 100, 80, PhotoRemovals.None), (photo.Format, photo.Width, photo.Height, photo.Removed));
    }

    [Theory]
    [MemberData(nameof(MetadataNames))]
    public async Task Metadata_goes_and_is_named(string name)
    {
        var (chunks, removed) = Metadata[name];

        using var before = await _desk.AcceptAsync(Photo(chunks));
        using var behind = await _desk.AcceptAsync(Join(Bare[..^12], chunks, End));

        Assert.Equal((removed, removed), (before.Removed, behind.Removed));
        Assert.Equal(Bare, PhotoDesk.Content(before));
        Assert.Equal(Bare, PhotoDesk.Content(behind));
    }

    [Fact]
    public async Task IMG51_of_an_animation_the_still_picture_is_kept()
    {
        var control = Chunk("fcTL", new byte[26]);
        var animated = Join(Signature, Header(), Chunk("acTL", new byte[8]), control, Chunk("IDAT", Pixels), control, Chunk("fdAT", [0, 0, 0, 1, .. Pixels]), End);

        var cleaned = await _desk.CleanAsync(animated);

        Assert.Equal(Bare, cleaned);
    }

    [Fact]
    public async Task What_comes_twice_or_too_late_is_kept_once_or_not_at_all()
    {
        var gamma = Chunk("gAMA", 0, 0, 1, 1);

        using var photo = await _desk.AcceptAsync(Join(Photo(gamma, gamma)[..^12], Chunk("pHYs", new byte[9]), End));

        Assert.Equal(Photo(gamma), PhotoDesk.Content(photo));
        Assert.Equal(PhotoRemovals.Other, photo.Removed);
    }

    [Theory]
    [InlineData("gAMA", 4)]
    [InlineData("cHRM", 32)]
    [InlineData("sRGB", 1)]
    [InlineData("sBIT", 3)]
    public async Task What_must_stand_in_front_of_the_palette_goes_behind_it(string type, int length)
    {
        byte[] palette = Chunk("PLTE", new byte[30]), late = Chunk(type, new byte[length]);

        var cleaned = await _desk.CleanAsync(Of(8, 3, 100, palette, late));
        var kept = await _desk.CleanAsync(Of(8, 3, 100, late, palette));

        Assert.Equal(Of(8, 3, 100, palette), cleaned);
        Assert.Equal(Of(8, 3, 100, late, palette), kept);
    }

    [Fact]
    public async Task Empty_IDATs_go()
    {
        var empty = Chunk("IDAT");

        var cleaned = await _desk.CleanAsync(Join(Signature, Header(), empty, Chunk("IDAT", Pixels[..9]), empty, Chunk("IDAT", Pixels[9..]), empty, empty, End));

        Assert.Equal(Join(Signature, Header(), Chunk("IDAT", Pixels[..9]), Chunk("IDAT", Pixels[9..]), End), cleaned);
    }

    [Fact]
    public async Task What_follows_the_end_goes()
    {
        using var photo = await _desk.AcceptAsync([.. Bare, .. Encoding.ASCII.GetBytes(ExifBytes.Canary)]);

        Assert.Equal(Bare, PhotoDesk.Content(photo));
        Assert.Equal(PhotoRemovals.Trailing, photo.Removed);
    }

    public void Dispose() => _desk.Dispose();

    private static byte[] Of(byte depth, byte color, int rowBytes, params byte[][] chunks) =>
        Join(Signature, Header(depth: depth, color: color), Join(chunks), Chunk("IDAT", Deflate(Rows(80, rowBytes))), End);

    // Adam7 cuts 100 x 80 into seven pictures of these many columns and rows.
    private static byte[] Interlaced()
    {
        (int Columns, int Rows)[] passes = [(13, 10), (12, 10), (25, 10), (25, 20), (50, 20), (50, 40), (100, 40)];
        byte[] rows = [.. passes.SelectMany(pass => Rows(pass.Rows, pass.Columns * 4))];
        return Join(Signature, Header(interlace: 1), Chunk("IDAT", Deflate(rows)), End);
    }

    private static byte[] Text(string type, string text) => Chunk(type, Encoding.Latin1.GetBytes(text));
}
