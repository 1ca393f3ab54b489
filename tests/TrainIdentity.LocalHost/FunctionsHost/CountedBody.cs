namespace TrainIdentity.LocalHost;

/// <summary>A request body on its way to the handler; reading fails once it passes the host's limit.</summary>
internal sealed class CountedBody(Stream body, long limitBytes) : Stream
{
    public static readonly HttpRequestOptionsKey<CountedBody> Key = new(nameof(CountedBody));

    private long _bytes;

    public bool WasRead => _bytes > 0;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        _bytes += read;
        return _bytes <= limitBytes ? read : throw new IOException("The body is larger than the host takes.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
