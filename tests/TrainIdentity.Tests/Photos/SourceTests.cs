using System.Security.Cryptography;

namespace TrainIdentity.Tests.Photos;

public sealed class SourceTests : IDisposable
{
    private readonly PhotoDesk _desk = new();

    private static byte[] Jpeg => JpegBytes.Photo(
        JpegBytes.Jfif, ExifBytes.Segment(6), JpegBytes.ProfilePart(1, 1, JpegBytes.Profile(9_000)), JpegBytes.Segment(0xDB, [1, .. new byte[64]]));

    private static byte[] Png => PngBytes.Photo(PngBytes.Chunk("eXIf", ExifBytes.Tiff(6)), PngBytes.Chunk("prVt", new byte[9_000]));

    public static TheoryData<int[]> Cuts => new() { new[] { 1 }, new[] { 2 }, new[] { 3, 1 }, new[] { 7, 64, 1, 4096 }, new[] { 65_537 }, new[] { 262_143, 2 } };

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Short_reads_change_nothing(int[] sizes)
    {
        foreach (var bytes in (byte[][])[Jpeg, Png, JpegBytes.OfLength(700_000)])
        {
            using var whole = await _desk.AcceptAsync(bytes);
            using var pieces = (await _desk.ReadAsync(new ChoppedStream(bytes, sizes))).Photo;

            Assert.Equal(whole.Sha256, pieces?.Sha256);
            Assert.Equal(PhotoDesk.Content(whole), PhotoDesk.Content(pieces!));
        }
    }

    [Fact]
    public async Task Markers_on_every_border_of_the_window_are_seen()
    {
        for (var shift = 0; shift < 4; shift++)
        {
            var fours = Enumerable.Repeat<byte[]>([0xFF, 0xFF, 0x00, 0x01], 200_000).SelectMany(four => four);
            byte[] bytes = [.. JpegBytes.Photo()[..^2], .. new byte[shift], .. fours, .. JpegBytes.Eoi];

            var cleaned = await _desk.CleanAsync(bytes);

            Assert.Equal(bytes, cleaned);
        }
    }

    [Fact]
    public async Task The_facts_are_about_the_cleaned_bytes()
    {
        using var photo = await _desk.AcceptAsync(Jpeg);
        var content = PhotoDesk.Content(photo);

        Assert.Equal(content.Length, photo.Length);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), photo.Sha256);
        Assert.Equal(content[..512], photo.Head.ToArray());
    }

    [Fact]
    public async Task The_head_of_a_small_photo_is_all_of_it()
    {
        var small = JpegBytes.Join(JpegBytes.Soi, JpegBytes.Tables, JpegBytes.Frame(), JpegBytes.Scan(), JpegBytes.Data, JpegBytes.Eoi);

        using var photo = await _desk.AcceptAsync(small);

        Assert.Equal(small, photo.Head.ToArray());
    }

    public static TheoryData<Type> Failures => [typeof(IOException), typeof(InvalidDataException), typeof(OperationCanceledException)];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_the_source_throws_passes_through_and_the_space_is_given_back(Type type)
    {
        var failure = (Exception)Activator.CreateInstance(type)!;

        foreach (var bytes in (byte[][])[[], Jpeg[..100], JpegBytes.OfLength(700_000)[..600_000], Png[..^200], Png[..^14], [.. Png, 0]])
        {
            var thrown = await Assert.ThrowsAnyAsync<Exception>(async () => await _desk.ReadAsync(new ChoppedStream(bytes, [1000], failure)));

            Assert.Same(failure, thrown);
            _desk.AssertEmpty();
        }
    }

    [Fact]
    public async Task A_canceled_read_gives_the_space_back()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var reader = new TrainIdentity.Photos.PhotoReader(new(), _desk.Spool);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.ReadAsync(new ChoppedStream(Jpeg, [10]), stop.Token));

        _desk.AssertEmpty();
    }

    public void Dispose() => _desk.Dispose();
}
