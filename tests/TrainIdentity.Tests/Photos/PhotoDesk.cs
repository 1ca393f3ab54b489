using TrainIdentity.Photos;

namespace TrainIdentity.Tests.Photos;

/// <summary>A reader over a spool folder of its own.</summary>
internal sealed class PhotoDesk : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("photos-");
    private readonly PhotoReader _reader;

    public PhotoDesk(PhotoOptions? options = null, long memoryBytes = 64 << 20, long memoryBytesPerPhoto = 32 << 20)
    {
        Spool = new PhotoSpool(new SpoolOptions { Folder = _folder.FullName, MemoryBytes = memoryBytes, MemoryBytesPerPhoto = memoryBytesPerPhoto });
        _reader = new PhotoReader(options ?? new PhotoOptions(), Spool);
    }

    public PhotoSpool Spool { get; }

    public string Folder => _folder.FullName;

    public ValueTask<PhotoOutcome> ReadAsync(Stream source) => _reader.ReadAsync(source, TestContext.Current.CancellationToken);

    public ValueTask<PhotoOutcome> ReadAsync(byte[] bytes) => ReadAsync(new MemoryStream(bytes));

    public async Task<Photo> AcceptAsync(byte[] bytes)
    {
        var outcome = await ReadAsync(bytes);
        Assert.True(outcome.Accepted, outcome.Refusal?.Detail);
        return outcome.Photo;
    }

    public async Task<PhotoRefusal> RefuseAsync(byte[] bytes)
    {
        var outcome = await ReadAsync(bytes);
        Assert.False(outcome.Accepted);
        AssertEmpty();
        return outcome.Refusal;
    }

    public async Task<byte[]> CleanAsync(byte[] bytes)
    {
        using var photo = await AcceptAsync(bytes);
        return Content(photo);
    }

    public void AssertEmpty()
    {
        Assert.Equal(0, Spool.MemoryBytesInUse);
        Assert.Equal(0, Spool.FilesInUse);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    public static byte[] Content(Photo photo)
    {
        var bytes = new byte[photo.Length];
        using var stream = photo.OpenRead();
        stream.ReadExactly(bytes);
        Assert.Equal(-1, stream.ReadByte());
        return bytes;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
