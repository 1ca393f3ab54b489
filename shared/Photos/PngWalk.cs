namespace TrainIdentity.Photos;

/// <summary>Goes through a PNG chunk by chunk and writes again only what a decoder needs. Of an animation the still picture remains.</summary>
internal sealed class PngWalk(SourceWindow source, SpoolWriter output, PhotoFindings found, PhotoOptions options)
{
    private readonly PngChunks _chunks = new(source, options);
    private PngMetadata? _metadata;
    private PngPalette? _palette;
    private PngPixels? _pixels;
    private bool _pixelsDone;
    private uint _previous;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    public async ValueTask<PhotoRefusal?> RunAsync(CancellationToken stop)
    {
        found.Format = PhotoFormat.Png;
        source.Advance(Signature.Length);
        output.Write(Signature);
        if (await HeaderAsync(stop) is { } bad) return bad;
        while (true)
        {
            if (await _chunks.PeekAsync(stop) is { } broken) return broken;
            var type = _chunks.Current.Type;
            if (type is PngChunk.Iend) return await EndAsync(stop);
            if (await ChunkAsync(stop) is { } refusal) return refusal;
            _previous = type;
        }
    }

    private async ValueTask<PhotoRefusal?> HeaderAsync(CancellationToken stop)
    {
        if (await _chunks.PeekAsync(stop) is { } broken) return broken;
        if (_chunks.Current.Type is PngChunk.CgBI) return PhotoRefusals.Unsupported(PhotoFormat.Png, "is of the kind that only iPhone apps read");
        if (_chunks.Current is not { Type: PngChunk.Ihdr, Length: PngHeader.Bytes }) return PhotoRefusals.Damaged(PhotoFormat.Png, "its header is missing");
        if (await _chunks.HoldAsync(stop) is { } damaged) return damaged;
        if (PngHeader.Read(_chunks.HeldData, options, out var header) is { } refusal) return refusal;
        (found.Width, found.Height) = (header!.Width, header.Height);
        _palette = new PngPalette(header);
        _metadata = new PngMetadata(_chunks, source, output, found, header, _palette);
        _pixels = new PngPixels(header, source, options);
        Keep();
        return _pixels.RefuseSize();
    }

    private ValueTask<PhotoRefusal?> ChunkAsync(CancellationToken stop) => _chunks.Current switch
    {
        { Type: PngChunk.Plte } => PaletteAsync(stop),
        { Type: PngChunk.Idat } => PixelsAsync(stop),
        { IsCritical: true } => ValueTask.FromResult<PhotoRefusal?>(PhotoRefusals.Damaged(PhotoFormat.Png, "a part of it is unknown")),
        _ => _metadata!.TakeAsync(_pixelsDone, stop),
    };

    private async ValueTask<PhotoRefusal?> PaletteAsync(CancellationToken stop)
    {
        if (_pixelsDone || !_palette!.TryTake(_chunks.Current.Length)) return PhotoRefusals.Damaged(PhotoFormat.Png, "its palette is wrong");
        if (await _chunks.HoldAsync(stop) is { } damaged) return damaged;
        Keep();
        return null;
    }

    private async ValueTask<PhotoRefusal?> PixelsAsync(CancellationToken stop)
    {
        if (_pixelsDone) return await MorePixelsAsync(stop);
        if (_palette!.IsMissing) return PhotoRefusals.Damaged(PhotoFormat.Png, "its palette is missing");
        _pixelsDone = true;
        using var data = new PngImageData(_chunks, source, output);
        return await _pixels!.CheckAsync(data, stop);
    }

    // An empty IDAT behind the last one is legal and says nothing.
    private async ValueTask<PhotoRefusal?> MorePixelsAsync(CancellationToken stop) =>
        _previous is PngChunk.Idat && _chunks.Current.Length is 0
            ? await _chunks.SkipAsync(stop)
            : PhotoRefusals.Damaged(PhotoFormat.Png, "there is something behind its picture");

    private async ValueTask<PhotoRefusal?> EndAsync(CancellationToken stop)
    {
        if (!_pixelsDone) return PhotoRefusals.Damaged(PhotoFormat.Png, "its picture is missing");
        if (_chunks.Current.Length is not 0) return PhotoRefusals.Damaged(PhotoFormat.Png, "its end is wrong");
        if (await _chunks.HoldAsync(stop) is { } damaged) return damaged;
        Keep();
        if (await source.DrainAsync(stop) is not { } trailing) return source.EarlyEnd(PhotoFormat.Png);
        if (trailing > 0) found.Removed |= PhotoRemovals.Trailing;
        return null;
    }

    private void Keep()
    {
        output.Write(_chunks.Held);
        _chunks.Release();
    }
}
