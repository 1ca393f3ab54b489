namespace TrainIdentity.Functions.Http;

internal sealed class BodyTooLargeException(long limitBytes) : Exception("The request body is too large.")
{
    public long LimitBytes => limitBytes;
}

/// <summary>
/// Counts a request body and refuses the byte that is one too many, without asking for a second. Kestrel's own limit is
/// off: behind the Functions host it would reach the caller as an empty 500.
/// </summary>
internal sealed class CountedBody(Stream body, long limitBytes) : ForwardStream
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer[..(int)Math.Min(buffer.Length, limitBytes + 1 - _read)], cancellationToken);
        _read += read;
        return _read <= limitBytes ? read : throw new BodyTooLargeException(limitBytes);
    }
}
