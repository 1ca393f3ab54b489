using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace TrainIdentity.Functions.Http;

/// <summary>A request body that keeps to its limits: bytes of its own, its share of what all may send, and the time of a request. What is read lies where the server received it.</summary>
internal sealed class AdmittedBody(PipeReader body, long limitBytes, Admission.Place place, CancellationToken late) : PipeReader, IRequestBodyPipeFeature
{
    private ReadOnlySequence<byte> _seen;
    private bool _reading;
    private long _taken;

    PipeReader IRequestBodyPipeFeature.Reader => this;

    /// <summary>Read to its end; otherwise the connection is of no more use.</summary>
    public bool Ended { get; private set; }

    /// <exception cref="BodyTooLargeException">More came than <paramref name="limitBytes"/>.</exception>
    /// <exception cref="BusyException">There is no room for more.</exception>
    /// <exception cref="BadHttpRequestException">The time of a request is over.</exception>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        !late.IsCancellationRequested && !cancellationToken.IsCancellationRequested && TryRead(out var result) ? new(result) : WaitAsync(cancellationToken);

    private async ValueTask<ReadResult> WaitAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late, cancellationToken);
        try
        {
            return Admitted(await body.ReadAsync(stop.Token));
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body took longer than a request may.", StatusCodes.Status408RequestTimeout);
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!body.TryRead(out result))
        {
            return false;
        }
        result = Admitted(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _taken += _seen.Slice(0, consumed).Length;
        (_seen, _reading) = (default, false);
        body.AdvanceTo(consumed, examined);
    }

    /// <summary>Takes back what a reader held when it broke off, so that the server can go on with the connection.</summary>
    public void Leave()
    {
        if (_reading)
        {
            AdvanceTo(_seen.Start);
        }
    }

    public override void CancelPendingRead() => body.CancelPendingRead();

    /// <summary>Nothing: the body is the server's, which ends it with the request.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    private ReadResult Admitted(ReadResult read)
    {
        var bytes = _taken + read.Buffer.Length;
        if (bytes > limitBytes || !place.TryHold(bytes))
        {
            body.AdvanceTo(read.Buffer.Start);
            throw bytes > limitBytes ? new BodyTooLargeException(limitBytes) : new BusyException();
        }
        Ended |= read.IsCompleted;
        (_seen, _reading) = (read.Buffer, true);
        return read;
    }
}
