using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

public sealed class OrientationTests : IDisposable
{
    private const PhotoRemovals All = PhotoRemovals.Exif | PhotoRemovals.Gps | PhotoRemovals.Thumbnail;

    private readonly PhotoDesk _desk = new();

    public static MatrixTheoryData<int, bool> Turned => new([2, 3, 4, 5, 6, 7, 8], [false, true]);

    public static MatrixTheoryData<int, bool> Upright => new([0, 1, 9, 300, 65_535], [false, true]);

    [Theory]
    [MemberData(nameof(Turned))]
    public async Task OK06_the_orientation_of_a_JPEG_stays_and_the_rest_of_its_EXIF_goes(int orientation, bool littleEndian)
    {
        using var photo = await _desk.AcceptAsync(JpegBytes.Photo(ExifBytes.Segment((ushort)orientation, littleEndian)));

        Assert.Equal(Jpeg(orientation), PhotoDesk.Content(photo));
        Assert.Equal(All, photo.Removed);
    }

    [Theory]
    [MemberData(nameof(Turned))]
    public async Task The_orientation_of_a_PNG_stays_and_the_rest_of_its_EXIF_goes(int orientation, bool littleEndian)
    {
        using var photo = await _desk.AcceptAsync(PngBytes.Photo(Chunk(ExifBytes.Tiff((ushort)orientation, littleEndian))));

        Assert.Equal(PngBytes.Photo(Chunk(ExifBytes.Only((byte)orientation))), PhotoDesk.Content(photo));
        Assert.Equal(All, photo.Removed);
    }

    [Theory]
    [MemberData(nameof(Upright))]
    public async Task An_upright_photo_keeps_no_EXIF_at_all(int orientation, bool littleEndian)
    {
        var jpeg = await _desk.CleanAsync(JpegBytes.Photo(ExifBytes.Segment((ushort)orientation, littleEndian)));
        var png = await _desk.CleanAsync(PngBytes.Photo(Chunk(ExifBytes.Tiff((ushort)orientation, littleEndian))));

        Assert.Equal(JpegBytes.Photo(), jpeg);
        Assert.Equal(PngBytes.Photo(), png);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_orientation_stored_in_four_bytes_counts(bool littleEndian)
    {
        var segment = JpegBytes.Segment(0xE1, [.. "Exif\0\0"u8, .. ExifBytes.Tiff(6, littleEndian, type: 4)]);

        var cleaned = await _desk.CleanAsync(JpegBytes.Photo(segment));

        Assert.Equal(Jpeg(6), cleaned);
    }

    [Fact]
    public async Task The_first_EXIF_that_states_an_orientation_decides()
    {
        var cleaned = await _desk.CleanAsync(JpegBytes.Photo(ExifBytes.Segment(0), ExifBytes.Segment(8), ExifBytes.Segment(3)));

        Assert.Equal(Jpeg(8), cleaned);
    }

    [Fact]
    public async Task A_PNG_may_state_it_behind_the_pixels_and_in_the_JPEG_way()
    {
        var photo = PngBytes.Photo()[..^12];
        byte[] tiff = [.. "Exif\0\0"u8, .. ExifBytes.Tiff(6)];

        var cleaned = await _desk.CleanAsync(PngBytes.Join(photo, Chunk(tiff), PngBytes.End));

        Assert.Equal(PngBytes.Join(photo, Chunk(ExifBytes.Only(6)), PngBytes.End), cleaned);
    }

    [Fact]
    public async Task EXIF_cut_anywhere_or_pointing_anywhere_does_no_harm()
    {
        var tiff = ExifBytes.Tiff(6);

        for (var length = 0; length < tiff.Length; length++) await _desk.CleanAsync(JpegBytes.Photo(Segment(tiff[..length])));
        foreach (uint offset in (uint[])[0, 7, 9, 71, 72, 73, 0x7FFFFFFF, 0x80000000, uint.MaxValue])
        {
            byte[] pointing = [.. tiff[..4], .. PngBytes.BigEndian(offset), .. tiff[8..]];
            await _desk.CleanAsync(JpegBytes.Photo(Segment(pointing)));
        }

        _desk.AssertEmpty();
    }

    public void Dispose() => _desk.Dispose();

    private static byte[] Segment(byte[] tiff) => JpegBytes.Segment(0xE1, [.. "Exif\0\0"u8, .. tiff]);

    private static byte[] Chunk(byte[] tiff) => PngBytes.Chunk("eXIf", tiff);

    private static byte[] Jpeg(int orientation) => JpegBytes.Photo(Segment(ExifBytes.Only((byte)orientation)));
}
