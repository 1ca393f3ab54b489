using System.Net.Sockets;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>An answer's body of which only the first half arrives; then the connection is reset, ends too early or stands still.</summary>
internal sealed class WireBody(byte[] whole, WireRequest request, TimeProvider clock) : Stream
{
    private int _sent;

    /// <summary>With the length of the whole, as headers stated it before the line went bad.</summary>
    public static HttpContent Content(byte[] whole, WireRequest request, TimeProvider clock)
    {
        var content = new StreamContent(new WireBody(whole, request, clock));
        content.Headers.ContentLength = whole.Length;
        return content;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _sent;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = Math.Min(buffer.Length, (whole.Length / 2) - _sent);
        if (read > 0)
        {
            whole.AsMemory(_sent, read).CopyTo(buffer);
            _sent += read;
            return read;
        }

        try
        {
            throw await BreakAsync(cancellationToken);
        }
        finally
        {
            request.Ended = clock.GetUtcNow();
        }
    }

    private async Task<Exception> BreakAsync(CancellationToken stop)
    {
        switch (request.Fault)
        {
            case WireFault.ResetInBody:
                return new IOException(
                    "Unable to read data from the transport connection: Connection reset by peer.", new SocketException((int)SocketError.ConnectionReset));
            case WireFault.EndInBody:
                return new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
            default:
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop);
                return new InvalidOperationException("A wait without end ended.");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
