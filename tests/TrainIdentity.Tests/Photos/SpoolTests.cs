using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

public sealed class SpoolTests
{
    private const int Block = 64 << 10;

    private static readonly byte[] Large = JpegBytes.OfLength(10 * Block + 100);

    [Theory]
    [InlineData(11, 1000)]
    [InlineData(1000, 11)]
    public async Task A_photo_stays_in_memory_while_the_budget_lasts(int blocks, int blocksPerPhoto)
    {
        using var desk = new PhotoDesk(memoryBytes: blocks * Block, memoryBytesPerPhoto: blocksPerPhoto * Block);

        using var photo = await desk.AcceptAsync(Large);

        Assert.Equal((11 * Block, 0), (desk.Spool.MemoryBytesInUse, desk.Spool.FilesInUse));
        Assert.Equal(Large, PhotoDesk.Content(photo));
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(1, 1000)]
    [InlineData(10, 1000)]
    [InlineData(1000, 0)]
    [InlineData(1000, 10)]
    public async Task A_photo_beyond_the_budget_goes_to_a_file_without_a_name(int blocks, int blocksPerPhoto)
    {
        using var desk = new PhotoDesk(memoryBytes: blocks * Block, memoryBytesPerPhoto: blocksPerPhoto * Block);

        using var photo = await desk.AcceptAsync(Large);

        Assert.Equal((0, 1), (desk.Spool.MemoryBytesInUse, desk.Spool.FilesInUse));
        Assert.Equal(Large, PhotoDesk.Content(photo));
        Assert.Equal(Large[..512], photo.Head.ToArray());
        Assert.Empty(Directory.EnumerateFileSystemEntries(desk.Folder));
    }

    [Fact]
    public async Task The_budget_is_one_for_all_photos_and_comes_back()
    {
        using var desk = new PhotoDesk(memoryBytes: 15 * Block);
        var first = await desk.AcceptAsync(Large);
        using var second = await desk.AcceptAsync(Large);
        Assert.Equal((11 * Block, 1), (desk.Spool.MemoryBytesInUse, desk.Spool.FilesInUse));

        first.Dispose();
        first.Dispose();
        using var third = await desk.AcceptAsync(Large);

        Assert.Equal((11 * Block, 1), (desk.Spool.MemoryBytesInUse, desk.Spool.FilesInUse));
        Assert.Equal(Large, PhotoDesk.Content(third));
    }

    [Fact]
    public async Task What_was_a_photo_is_gone_from_the_memory_it_was_in()
    {
        using var desk = new PhotoDesk();
        var blocks = Large.Length / Block;

        (await desk.AcceptAsync(Large)).Dispose();

        Assert.Equal(0, desk.Spool.FilesInUse);
        Assert.All(Enumerable.Range(0, blocks).Select(_ => desk.Spool.RentBlock()), block => Assert.False(block.AsSpan().ContainsAnyExcept((byte)0)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task Many_photos_at_once_keep_their_bytes_apart(int blocks)
    {
        using var desk = new PhotoDesk(memoryBytes: blocks * Block);
        var all = Enumerable.Range(0, 40).Select(n => JpegBytes.OfLength(2 * Block + 1000 * n)).ToArray();

        var photos = await Task.WhenAll(all.Select(bytes => Task.Run(() => desk.AcceptAsync(bytes))));

        Assert.All(photos.Zip(all), pair => Assert.Equal(pair.Second, PhotoDesk.Content(pair.First)));
        Assert.All(photos, photo => photo.Dispose());
        desk.AssertEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task Streams_over_one_photo_are_independent(int blocks)
    {
        using var desk = new PhotoDesk(memoryBytes: blocks * Block);
        using var photo = await desk.AcceptAsync(Large);

        var copies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => CopyAsync(photo))));

        Assert.All(copies, copy => Assert.Equal(Large, copy));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task A_stream_can_be_read_from_anywhere(int blocks)
    {
        using var desk = new PhotoDesk(memoryBytes: blocks * Block);
        using var photo = await desk.AcceptAsync(Large);
        await using var stream = photo.OpenRead();
        var bytes = new byte[5];

        stream.Seek(-5, SeekOrigin.End);
        await stream.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);

        Assert.Equal(Large[^5..], bytes);
        Assert.Equal((Large.Length, Large.Length, 0), (stream.Position, stream.Length, stream.Read(bytes)));
        stream.Position = Block - 2;
        stream.ReadExactly(bytes);
        Assert.Equal(Large[(Block - 2)..(Block + 3)], bytes);
        Assert.False(stream.CanWrite);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task A_stream_over_a_disposed_photo_says_so(int blocks)
    {
        using var desk = new PhotoDesk(memoryBytes: blocks * Block);
        var photo = await desk.AcceptAsync(Large);
        await using var stream = photo.OpenRead();
        stream.ReadByte();

        photo.Dispose();

        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
        desk.AssertEmpty();
    }

    [Fact]
    public void What_a_killed_process_left_in_the_folder_is_gone_at_the_next_start()
    {
        using var desk = new PhotoDesk();
        File.WriteAllBytes(Path.Combine(desk.Folder, "left.tmp"), Large);

        _ = new PhotoSpool(new SpoolOptions { Folder = desk.Folder });

        desk.AssertEmpty();
    }

    [Fact]
    public void A_folder_that_is_a_link_is_not_emptied()
    {
        using var desk = new PhotoDesk();
        var (target, link) = (Path.Combine(desk.Folder, "target"), Path.Combine(desk.Folder, "link"));
        Directory.CreateDirectory(target);
        File.WriteAllText(Path.Combine(target, "precious"), "kept");
        Directory.CreateSymbolicLink(link, target);

        Assert.Throws<SpoolException>(() => new PhotoSpool(new SpoolOptions { Folder = link }));

        Assert.Equal("kept", File.ReadAllText(Path.Combine(target, "precious")));
    }

    [Fact]
    public async Task A_folder_that_takes_no_file_is_told_apart_from_a_broken_source()
    {
        using var desk = new PhotoDesk(memoryBytes: Block);
        Directory.Delete(desk.Folder);

        await Assert.ThrowsAsync<SpoolException>(async () => await desk.ReadAsync(Large));
        await Assert.ThrowsAsync<SpoolException>(async () => await desk.ReadAsync(NoisyPng()));

        Directory.CreateDirectory(desk.Folder);
        desk.AssertEmpty();
    }

    // Noise cannot be compressed, so the pixels alone fill many blocks.
    private static byte[] NoisyPng()
    {
        var pixels = new byte[400 * 1601];
        new Random(1).NextBytes(pixels);
        for (var row = 0; row < 400; row++) pixels[row * 1601] = 0;
        return PngBytes.Join(PngBytes.Signature, PngBytes.Header(400, 400), PngBytes.Chunk("IDAT", PngBytes.Deflate(pixels)), PngBytes.End);
    }

    private static async Task<byte[]> CopyAsync(Photo photo)
    {
        await using var stream = photo.OpenRead();
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, 10_000);
        return copy.ToArray();
    }
}
