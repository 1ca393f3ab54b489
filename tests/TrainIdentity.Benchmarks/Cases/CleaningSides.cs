using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using TrainIdentity.Photos;

namespace TrainIdentity.Benchmarks;

/// <summary>Both comparisons of cleaning in a process of their own, the sides of each in turn. Its one line is the four medians, in milliseconds.</summary>
internal sealed class CleaningSides
{
    private const int WarmRounds = 5;
    private const int Rounds = 15;

    private readonly byte[] _jpeg, _png;
    private readonly PhotoReader _reader;

    private CleaningSides(string sample, string spool, int bytes)
    {
        (_jpeg, _png) = (MadePhotos.Jpeg(sample, bytes, 1), MadePhotos.Png(bytes / 5000, 3900, 3));
        _reader = new PhotoReader(new PhotoOptions(), new PhotoSpool(new SpoolOptions { Folder = spool, MemoryBytes = 64 << 20, MemoryBytesPerPhoto = 64 << 20 }));
    }

    /// <param name="sample">A real JPEG, whose head is used.</param>
    public static void Run(string sample, string spool, int bytes)
    {
        var one = new CleaningSides(sample, spool, bytes);
        double[] medians =
        [
            .. InTurn(() => one.Clean(one._jpeg), () => SHA256.HashData(one._jpeg)),
            .. InTurn(() => one.Clean(one._png), one.PngFloor),
        ];
        Console.WriteLine(string.Join(' ', medians.Select(median => median.ToString(CultureInfo.InvariantCulture))));
    }

    private static IEnumerable<double> InTurn(params Action[] sides)
    {
        List<double>[] took = [.. sides.Select(_ => new List<double>())];
        for (var round = -WarmRounds; round < Rounds; round++)
        {
            for (var side = 0; side < sides.Length; side++)
            {
                var from = Stopwatch.GetTimestamp();
                sides[side]();
                if (round >= 0) took[side].Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            }
        }
        return took.Select(side => new Series(side).Median);
    }

    // Nothing in it waits: memory is read and memory is written.
    private void Clean(byte[] photo)
    {
        var outcome = _reader.ReadAsync(new MemoryStream(photo), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if (outcome.Photo is null) throw new InvalidOperationException("It was refused.");
        outcome.Photo.Dispose();
    }

    /// <summary>What tells that its pixels are whole: each chunk's checksum, and the pixels inflated and forgotten.</summary>
    private void PngFloor()
    {
        using var pixels = new ZLibStream(new Idat(_png), CompressionMode.Decompress);
        var buffer = new byte[64 << 10];
        while (pixels.Read(buffer) > 0)
        {
        }
        _ = SHA256.HashData(_png);
    }

    /// <summary>The data of the IDAT chunks, one after another, each checked against its CRC.</summary>
    private sealed class Idat(byte[] png) : MemoryStream
    {
        private const int SignatureBytes = 8;
        private int _at = SignatureBytes;
        private int _left;

        public override int Read(Span<byte> buffer)
        {
            while (_left is 0)
            {
                if (_at >= png.Length) return 0;
                var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(_at));
                var isData = png.AsSpan(_at + 4, 4).SequenceEqual("IDAT"u8);
                if (Crc32.HashToUInt32(png.AsSpan(_at + 4, 4 + length)) != BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(_at + 8 + length))) throw new InvalidDataException();
                _at += 8;
                if (isData) _left = length;
                else _at += length + 4;
            }
            var count = Math.Min(buffer.Length, _left);
            png.AsSpan(_at, count).CopyTo(buffer);
            (_at, _left) = (_at + count, _left - count);
            if (_left is 0) _at += 4;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
