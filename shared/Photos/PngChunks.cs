using System.Buffers.Binary;
using System.IO.Hashing;

namespace TrainIdentity.Photos;

/// <summary>Goes from chunk to chunk; no chunk is passed without its CRC being right.</summary>
internal sealed class PngChunks(SourceWindow source, PhotoOptions options)
{
    private readonly Crc32 _crc = new();
    private int _begun;

    public PngChunk Current { get; private set; }

    /// <summary>Data bytes of the current chunk not yet taken.</summary>
    public uint Left { get; private set; }

    /// <summary>Looks at the head of the chunk at hand and takes nothing, so it may be called twice.</summary>
    public async ValueTask<PhotoRefusal?> PeekAsync(CancellationToken stop)
    {
        if (!await source.EnsureAsync(PngChunk.HeadBytes, stop)) return source.EarlyEnd(PhotoFormat.Png);
        Current = PngChunk.Read(source.Available);
        return Current.IsLegal ? null : PhotoRefusals.Damaged(PhotoFormat.Png, "its parts do not join");
    }

    /// <summary>Brings the chunk at hand into the window whole, its CRC checked; the caller passes over it when done.</summary>
    public async ValueTask<PhotoRefusal?> HoldAsync(CancellationToken stop)
    {
        if (Count() is { } tooMany) return tooMany;
        var length = (int)Current.Length;
        if (!await source.EnsureAsync(PngChunk.HeadBytes + length + PngChunk.CrcBytes, stop)) return source.EarlyEnd(PhotoFormat.Png);
        var expected = Crc32.HashToUInt32(source.Available.Slice(PngChunk.TypeBytes, PngChunk.TypeBytes + length));
        return Stated(source.Available[(PngChunk.HeadBytes + length)..]) == expected ? null : WrongCrc;
    }

    public ReadOnlySpan<byte> Held => source.Available[..(PngChunk.HeadBytes + (int)Current.Length + PngChunk.CrcBytes)];

    public ReadOnlySpan<byte> HeldData => source.Available.Slice(PngChunk.HeadBytes, (int)Current.Length);

    public void Release() => source.Advance(Held.Length);

    /// <summary>Takes the head; the data follows through <see cref="Take"/>, the CRC through <see cref="EndAsync"/>.</summary>
    public PhotoRefusal? Begin()
    {
        if (Count() is { } tooMany) return tooMany;
        _crc.Reset();
        _crc.Append(source.Available.Slice(PngChunk.TypeBytes, PngChunk.TypeBytes));
        Left = Current.Length;
        source.Advance(PngChunk.HeadBytes);
        return null;
    }

    /// <summary>Data of the current chunk that is in the window now; passed over by <see cref="Take"/>.</summary>
    public ReadOnlySpan<byte> Data => source.Available[..(int)Math.Min(Left, (uint)source.Available.Length)];

    public void Take(int count)
    {
        _crc.Append(source.Available[..count]);
        source.Advance(count);
        Left -= (uint)count;
    }

    public async ValueTask<PhotoRefusal?> EndAsync(CancellationToken stop)
    {
        if (!await source.EnsureAsync(PngChunk.CrcBytes, stop)) return source.EarlyEnd(PhotoFormat.Png);
        var stated = Stated(source.Available);
        source.Advance(PngChunk.CrcBytes);
        return stated == _crc.GetCurrentHashAsUInt32() ? null : WrongCrc;
    }

    public async ValueTask<PhotoRefusal?> SkipAsync(CancellationToken stop)
    {
        if (Begin() is { } tooMany) return tooMany;
        while (Left > 0)
        {
            if (!await source.EnsureAsync(1, stop)) return source.EarlyEnd(PhotoFormat.Png);
            Take(Data.Length);
        }

        return await EndAsync(stop);
    }

    private static PhotoRefusal WrongCrc => PhotoRefusals.Damaged(PhotoFormat.Png, "a checksum is wrong");

    private static uint Stated(ReadOnlySpan<byte> crc) => BinaryPrimitives.ReadUInt32BigEndian(crc);

    private PhotoRefusal? Count() =>
        ++_begun > options.MaxPngChunks ? PhotoRefusals.Damaged(PhotoFormat.Png, "it has too many parts") : null;
}
