namespace TrainIdentity.Photos;

/// <summary>
/// The payload of the consecutive IDAT chunks as one stream for the inflater; what it reads is written to the output on the way.
/// The last byte of each chunk is handed over alone, so that a deflate stream that ends before its chunk does leaves that byte behind.
/// </summary>
internal sealed class PngImageData(PngChunks chunks, SourceWindow source, SpoolWriter output) : Stream
{
    private bool _open;

    public PhotoRefusal? Refusal { get; private set; }

    /// <summary>True when the inflater wanted more than there is.</summary>
    public bool RanDry { get; private set; }

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
        while (chunks.Left is 0)
        {
            if (!await NextAsync(cancellationToken)) return 0;
        }

        if (!await source.EnsureAsync(1, cancellationToken)) return Refuse(source.EarlyEnd(PhotoFormat.Png));
        var data = chunks.Data;
        var count = Math.Min(buffer.Length, chunks.Left == data.Length ? Math.Max(1, data.Length - 1) : data.Length);
        data[..count].CopyTo(buffer.Span);
        output.Write(data[..count]);
        chunks.Take(count);
        return count;
    }

    /// <summary>Called when the inflater is done.</summary>
    public async ValueTask<PhotoRefusal?> EndAsync(CancellationToken stop)
    {
        if (Refusal is not null) return Refusal;
        if (RanDry) return PhotoRefusals.Damaged(PhotoFormat.Png, "its picture ends too early");
        if (chunks.Left > 0) return PhotoRefusals.Damaged(PhotoFormat.Png, "there is something behind its picture");
        return await CloseAsync(stop);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<bool> NextAsync(CancellationToken stop)
    {
        Refusal = await CloseAsync(stop) ?? await chunks.PeekAsync(stop);
        if (Refusal is not null) return false;
        RanDry = chunks.Current.Type is not PngChunk.Idat;
        return !RanDry && await OpenAsync(stop);
    }

    private async ValueTask<bool> OpenAsync(CancellationToken stop)
    {
        if (chunks.Current.Length is 0)
        {
            Refusal = await chunks.SkipAsync(stop);
            return Refusal is null;
        }

        var head = source.Available[..PngChunk.HeadBytes];
        output.Write(head);
        Refusal = chunks.Begin();
        _open = Refusal is null;
        return _open;
    }

    private async ValueTask<PhotoRefusal?> CloseAsync(CancellationToken stop)
    {
        if (!_open) return null;
        _open = false;
        if (!await source.EnsureAsync(PngChunk.CrcBytes, stop)) return source.EarlyEnd(PhotoFormat.Png);
        output.Write(source.Available[..PngChunk.CrcBytes]);
        return await chunks.EndAsync(stop);
    }

    private int Refuse(PhotoRefusal refusal)
    {
        Refusal = refusal;
        return 0;
    }
}
