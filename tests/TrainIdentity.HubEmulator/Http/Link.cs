namespace TrainIdentity.HubEmulator.Http;

/// <summary>The way between a caller and us: how long it is, and how narrow. Loopback is neither.</summary>
internal sealed class Link(HubEmulatorOptions options)
{
    // A timer that fires late is made good by what follows, up to this.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private DateTimeOffset _free = DateTimeOffset.MinValue;

    public async Task FarAsync(HttpContext http, RequestDelegate next)
    {
        if (options.Latency > TimeSpan.Zero) await Task.Delay(options.Latency, options.Clock, http.RequestAborted);
        await next(http);
    }

    public Task NarrowAsync(HttpContext http, RequestDelegate next)
    {
        if (options.StorageBytesPerSecond is not null) http.Request.Body = new NarrowBody(this, http.Request.Body);
        return next(http);
    }

    /// <summary>Returns when so many bytes have passed besides those of everybody else.</summary>
    private async ValueTask PassAsync(int bytes, CancellationToken stop)
    {
        TimeSpan wait;
        lock (_gate)
        {
            var now = options.Clock.GetUtcNow();
            _free = (_free > now - Slack ? _free : now - Slack) + TimeSpan.FromSeconds(bytes / (double)options.StorageBytesPerSecond!.Value);
            wait = _free - now;
        }
        if (wait > TimeSpan.Zero) await Task.Delay(wait, options.Clock, stop);
    }

    private sealed class NarrowBody(Link link, Stream body) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            await link.PassAsync(read, cancellationToken);
            return read;
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
}
