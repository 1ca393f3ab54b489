namespace TrainIdentity.Functions.Http;

/// <summary>A request body that keeps to its limits: bytes of its own, its share of what all may send, and the time of a request.</summary>
internal sealed class AdmittedBody(Stream body, long limitBytes, Admission.Place place, CancellationToken late) : ForwardStream
{
    private readonly CountedBody _counted = new(body, limitBytes);
    private long _read;

    /// <summary>Read to its end; otherwise the connection is of no more use.</summary>
    public bool Ended { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late, cancellationToken);
        try
        {
            var read = await _counted.ReadAsync(buffer, stop.Token);
            Ended |= read == 0 && buffer.Length > 0;
            return place.TryHold(_read += read) ? read : throw new BusyException();
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body took longer than a request may.", StatusCodes.Status408RequestTimeout);
        }
    }
}
