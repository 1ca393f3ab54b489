using Microsoft.Win32.SafeHandles;

namespace TrainIdentity.Hub;

/// <summary>Content on its way to large file storage, readable from any byte as often as a try needs it.</summary>
/// <param name="Oid">SHA-256 of the content, 64 lower-case hex digits.</param>
/// <param name="Open">A seekable stream of its own at every call; any number may be read at once.</param>
public sealed record LfsContent(string Oid, long Size, Func<Stream> Open)
{
    /// <summary>A file read through one handle, however many parts are on their way.</summary>
    public static LfsContent Of(SafeFileHandle file, string oid) => new(oid, RandomAccess.GetLength(file), () => new FileSlice(file));
}

/// <summary>Reads a shared handle at a position of its own.</summary>
internal sealed class FileSlice(SafeFileHandle file) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => RandomAccess.GetLength(file);

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await RandomAccess.ReadAsync(file, buffer, Position, cancellationToken);
        Position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = RandomAccess.Read(file, buffer.AsSpan(offset, count), Position);
        Position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
