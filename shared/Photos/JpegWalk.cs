using System.Buffers.Binary;

namespace TrainIdentity.Photos;

/// <summary>Goes through a JPEG segment by segment and writes again only what a decoder needs, without decoding a pixel.</summary>
internal sealed class JpegWalk(SourceWindow source, SpoolWriter output, PhotoFindings found, PhotoOptions options)
{
    private readonly JpegMetadata _metadata = new(output, found, options);
    private readonly JpegTables _tables = new();
    private readonly JpegScanData _scanData = new(source, output);
    private JpegFrame? _frame;
    private byte _marker;
    private int _segments;
    private int _scans;

    public async ValueTask<PhotoRefusal?> RunAsync(CancellationToken stop)
    {
        found.Format = PhotoFormat.Jpeg;
        source.Advance(2);
        output.Write([JpegMarker.Prefix, JpegMarker.Soi]);
        while (true)
        {
            if (await NextMarkerAsync(stop) is { } broken) return broken;
            if (_marker is JpegMarker.Eoi) return await EndAsync(stop);
            if (await SegmentAsync(stop) is { } refusal) return refusal;
        }
    }

    private async ValueTask<PhotoRefusal?> NextMarkerAsync(CancellationToken stop)
    {
        do
        {
            if (!await source.EnsureAsync(2, stop)) return source.EarlyEnd(PhotoFormat.Jpeg);
            if (source.Available[0] is not JpegMarker.Prefix) return PhotoRefusals.Damaged(PhotoFormat.Jpeg, "its parts do not join");
            _marker = source.Available[1];
            source.Advance(_marker is JpegMarker.Prefix ? 1 : 2);
        }
        while (_marker is JpegMarker.Prefix);
        return null;
    }

    private async ValueTask<PhotoRefusal?> SegmentAsync(CancellationToken stop)
    {
        if (++_segments > options.MaxJpegSegments) return PhotoRefusals.Damaged(PhotoFormat.Jpeg, "it has too many parts");
        if (JpegMarker.Refuse(_marker) is { } unreadable) return unreadable;
        if (!await source.EnsureAsync(2, stop)) return source.EarlyEnd(PhotoFormat.Jpeg);
        var length = BinaryPrimitives.ReadUInt16BigEndian(source.Available);
        if (length < 2) return PhotoRefusals.Damaged(PhotoFormat.Jpeg, "one of its parts has no length");
        if (!await source.EnsureAsync(length, stop)) return source.EarlyEnd(PhotoFormat.Jpeg);
        if (Take(source.Available[2..length]) is { } refusal) return refusal;
        source.Advance(length);
        return _marker is JpegMarker.Sos ? await _scanData.CopyAsync(_tables.RestartInterval, stop) : null;
    }

    private PhotoRefusal? Take(ReadOnlySpan<byte> payload)
    {
        switch (_marker)
        {
            case >= JpegMarker.Sof0 and <= JpegMarker.Sof2:
                return TakeFrame(payload) ?? Keep(payload);
            case JpegMarker.Dht:
                return _tables.TakeHuffman(payload) ?? Keep(payload);
            case JpegMarker.Dqt:
                return _tables.TakeQuantization(payload) ?? Keep(payload);
            case JpegMarker.Dri:
                return _tables.TakeRestartInterval(payload) ?? Keep(payload);
            case JpegMarker.Sos:
                return TakeScan(payload) ?? Keep(payload);
            default:
                _metadata.Take(_marker, payload, beforePixels: _scans is 0);
                return null;
        }
    }

    private PhotoRefusal? TakeFrame(ReadOnlySpan<byte> payload)
    {
        if (_frame is not null) return PhotoRefusals.Damaged(PhotoFormat.Jpeg, "it has two headers");
        if (JpegFrame.Read(_marker, payload, options, out _frame) is { } refusal) return refusal;
        (found.Width, found.Height) = (_frame!.Width, _frame.Height);
        return null;
    }

    private PhotoRefusal? TakeScan(ReadOnlySpan<byte> payload)
    {
        if (_frame is null) return PhotoRefusals.Damaged(PhotoFormat.Jpeg, "its header is missing");
        if (++_scans > options.MaxJpegScans) return PhotoRefusals.Unsupported(PhotoFormat.Jpeg, $"is stored in more than {options.MaxJpegScans} passes");
        return _frame.TakeScan(payload, _tables);
    }

    private PhotoRefusal? Keep(ReadOnlySpan<byte> payload)
    {
        output.WriteSegment(_marker, payload);
        return null;
    }

    private async ValueTask<PhotoRefusal?> EndAsync(CancellationToken stop)
    {
        if (_frame is not { IsComplete: true }) return PhotoRefusals.Damaged(PhotoFormat.Jpeg, "its picture is missing");
        output.Write([JpegMarker.Prefix, JpegMarker.Eoi]);
        if (await source.DrainAsync(stop) is not { } trailing) return source.EarlyEnd(PhotoFormat.Jpeg);
        _metadata.End();
        if (trailing > 0) found.Removed |= PhotoRemovals.Trailing;
        return null;
    }
}
