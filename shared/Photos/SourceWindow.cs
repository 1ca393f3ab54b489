using System.Buffers;

namespace TrainIdentity.Photos;

/// <summary>
/// The part of the source that is in memory: bytes come in at the end, the walk takes them from the start.
/// It delivers the first <paramref name="maxBytes"/> bytes and no more, so the outcome does not depend on how the source is cut into reads.
/// </summary>
internal sealed class SourceWindow(Stream source, long maxBytes) : IDisposable
{
    /// <summary>The most that <see cref="EnsureAsync"/> may be asked for.</summary>
    public const int MaxEnsureBytes = 66 << 10;

    private const int WindowBytes = 256 << 10;
    private const int WorthwhileReadBytes = 64 << 10;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(WindowBytes);
    private int _start;
    private int _end;
    private long _delivered;
    private bool _ended;

    public ReadOnlySpan<byte> Available => _buffer.AsSpan(_start, _end - _start);

    public bool TooLarge { get; private set; }

    /// <summary>True when the source itself threw; lets others tell its exceptions from their own.</summary>
    public bool SourceFailed { get; private set; }

    public void Advance(int count) => _start += count;

    public PhotoRefusal EarlyEnd(PhotoFormat format) =>
        TooLarge ? PhotoRefusals.TooLarge(maxBytes) : PhotoRefusals.Damaged(format, "it ends too early");

    /// <returns>False when the source ends before that many bytes are available.</returns>
    public ValueTask<bool> EnsureAsync(int count, CancellationToken stop) =>
        _end - _start >= count ? new ValueTask<bool>(true) : FillToAsync(count, stop);

    /// <summary>Reads at least one more byte.</summary>
    /// <returns>False at the end of the source, or of what is allowed of it.</returns>
    public async ValueTask<bool> FillAsync(CancellationToken stop)
    {
        if (_ended) return false;
        MakeRoom();
        var allowed = maxBytes - _delivered;
        var room = (int)Math.Clamp(allowed, 1, _buffer.Length - _end);
        SourceFailed = true;
        var read = await source.ReadAsync(_buffer.AsMemory(_end, room), stop);
        SourceFailed = false;
        TooLarge = read > 0 && allowed is 0;
        _ended = read is 0 || TooLarge;
        if (_ended) return false;
        _end += read;
        _delivered += read;
        return true;
    }

    /// <summary>Reads the source to its end and forgets what it reads.</summary>
    /// <returns>How many bytes there still were; null when they were more than allowed.</returns>
    public async ValueTask<long?> DrainAsync(CancellationToken stop)
    {
        long dropped = 0;
        do
        {
            dropped += Available.Length;
            _start = _end;
        }
        while (await FillAsync(stop));
        return TooLarge ? null : dropped;
    }

    // Cleared because other code rents the same arrays.
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);

    private async ValueTask<bool> FillToAsync(int count, CancellationToken stop)
    {
        while (_end - _start < count)
        {
            if (!await FillAsync(stop)) return false;
        }

        return true;
    }

    private void MakeRoom()
    {
        if (_start == _end) _start = _end = 0;
        if (_start is 0 || _buffer.Length - _end >= WorthwhileReadBytes) return;
        Available.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
    }
}
