using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using TrainIdentity.Photos;

namespace TrainIdentity.Benchmarks;

/// <summary>One photo after the other in one process.</summary>
public class CleaningBenchmarks
{
    private byte[] _jpeg = [], _small = [], _png = [];
    private PhotoReader _inMemory = null!, _toFile = null!;

    internal static string Sample { get; set; } = "";

    internal static string Spool { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        (_jpeg, _small, _png) = (MadePhotos.Jpeg(Sample, 20_000_000, 1), MadePhotos.Jpeg(Sample, 2_000_000, 2), MadePhotos.Png(4000, 3900, 3));
        _inMemory = new PhotoReader(new PhotoOptions(), new PhotoSpool(new SpoolOptions { Folder = Spool, MemoryBytes = 64 << 20, MemoryBytesPerPhoto = 64 << 20 }));
        _toFile = new PhotoReader(new PhotoOptions(), new PhotoSpool(new SpoolOptions { Folder = Spool, MemoryBytes = 0 }));
    }

    [Benchmark]
    public Task Jpeg() => CleanAsync(_inMemory, _jpeg);

    [Benchmark]
    public byte[] JpegHash() => SHA256.HashData(_jpeg);

    [Benchmark]
    public Task Png() => CleanAsync(_inMemory, _png);

    /// <summary>What tells that its pixels are whole: each chunk's checksum, and the pixels inflated and forgotten.</summary>
    [Benchmark]
    public byte[] PngFloor()
    {
        using var pixels = new ZLibStream(new Idat(_png), CompressionMode.Decompress);
        var buffer = new byte[64 << 10];
        while (pixels.Read(buffer) > 0)
        {
        }
        return SHA256.HashData(_png);
    }

    [Benchmark]
    public Task JpegOf2ToFile() => CleanAsync(_toFile, _small);

    [Benchmark]
    public Task JpegOf20ToFile() => CleanAsync(_toFile, _jpeg);

    private static async Task CleanAsync(PhotoReader reader, byte[] photo)
    {
        var outcome = await reader.ReadAsync(new MemoryStream(photo), CancellationToken.None);
        if (outcome.Photo is null) throw new InvalidOperationException($"It was refused.");
        outcome.Photo.Dispose();
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
