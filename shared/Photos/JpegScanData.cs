using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TrainIdentity.Photos;

/// <summary>Copies the entropy-coded data of a scan byte for byte, up to the marker that ends it.</summary>
internal sealed class JpegScanData(SourceWindow source, SpoolWriter output)
{
    private bool _holdsData;
    private int _restarts;

    public async ValueTask<PhotoRefusal?> CopyAsync(int restartInterval, CancellationToken stop)
    {
        (_holdsData, _restarts) = (false, 0);
        while (true)
        {
            var end = FindEnd(source.Available, restartInterval > 0, out var complete);
            output.Write(source.Available[..end]);
            source.Advance(end);
            if (complete) return !_holdsData ? PhotoRefusals.Damaged(PhotoFormat.Jpeg, "a scan is empty") : null;
            if (!await source.FillAsync(stop)) return source.EarlyEnd(PhotoFormat.Jpeg);
        }
    }

    /// <summary>
    /// 0xFF is data when 0x00 follows, a fill byte when 0xFF follows, and a restart marker when it is the next of the cycle;
    /// anything else ends the scan, and a wrong restart marker is refused where the next segment is looked for.
    /// </summary>
    private int FindEnd(ReadOnlySpan<byte> data, bool restarts, out bool complete)
    {
        complete = false;
        var at = 0;
        while (true)
        {
            var found = NextMarker(data[at..]);
            _holdsData |= found is not 0 && at < data.Length;
            if (found < 0) return data.Length;
            at += found;
            if (at + 1 == data.Length) return at;
            var next = data[at + 1];
            if (next is JpegMarker.Prefix)
            {
                at++;
                continue;
            }

            if (!(restarts && IsNextRestart(next)))
            {
                complete = true;
                return at;
            }

            at += 2;
        }
    }

    /// <summary>
    /// The first 0xFF that no zero follows, be it the last byte. In compressed pixels one byte of 256 is 0xFF, so a search that
    /// stops at each of them costs more than reading them all.
    /// </summary>
    private static int NextMarker(ReadOnlySpan<byte> data)
    {
        ref var first = ref MemoryMarshal.GetReference(data);
        var at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            // Two at a time, since hardly any holds a marker.
            while (at + (2 * Vector256<byte>.Count) < data.Length && (Markers(ref first, at) | Markers(ref first, at + Vector256<byte>.Count)) == Vector256<byte>.Zero)
            {
                at += 2 * Vector256<byte>.Count;
            }
            for (; at + Vector256<byte>.Count < data.Length; at += Vector256<byte>.Count)
            {
                var found = Markers(ref first, at);
                if (found != Vector256<byte>.Zero) return at + BitOperations.TrailingZeroCount(found.ExtractMostSignificantBits());
            }
        }
        for (; at < data.Length; at++)
        {
            if (data[at] is JpegMarker.Prefix && (at + 1 == data.Length || data[at + 1] is not 0)) return at;
        }
        return -1;
    }

    private static Vector256<byte> Markers(ref byte first, int at) =>
        Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)at), Vector256.Create(JpegMarker.Prefix))
        & ~Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)at + 1), Vector256<byte>.Zero);

    private bool IsNextRestart(byte marker)
    {
        if (marker != JpegMarker.Rst0 + (_restarts & 7)) return false;
        _restarts++;
        return true;
    }
}
