using System.Buffers.Binary;
using System.IO.Hashing;
using TrainIdentity.Photos;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Photos;

/// <summary>Whatever the bytes are: a refusal or a clean photo, never an exception, never much memory, and no byte read twice.</summary>
public sealed class PhotoFuzzTests : IDisposable
{
    private const int LargestEntry = 6_000;
    private const int LargestOutput = 1 << 20;
    private const int Piece = 251;
    private const int MaxAllocatedBytes = 1 << 20;

    private static readonly byte[][] Corpus = [.. PhotoCase.Read("accepted.json").Concat(PhotoCase.Read("refused.json"))
        .Where(one => !one.Value.Build.Contains("20971", StringComparison.Ordinal)).Select(one => one.Value.Bytes).Where(bytes => bytes.Length is > 2 and < LargestEntry)];

    private static readonly byte[][] Jpegs = [.. Corpus.Where(bytes => bytes.AsSpan().StartsWith(JpegBytes.Soi))];

    private static readonly byte[][] Pngs = [.. Corpus.Where(bytes => bytes.AsSpan().StartsWith(PngBytes.Signature))];

    private readonly PhotoDesk _desk = new();

    [Fact]
    public void Any_JPEG() => Fuzz.Run("JPEG", Jpegs, seed: 1, count: 60_000, bytes => Read(bytes),
    [
        JpegBytes.Soi, JpegBytes.Eoi, JpegBytes.Tables, JpegBytes.Frame(), JpegBytes.Frame(marker: 0xC2), JpegBytes.Scan(), JpegBytes.Scan(1, first: 1), JpegBytes.Data,
        JpegBytes.Jfif, JpegBytes.Adobe, ExifBytes.Segment(6), [0xFF], [0xFF, 0x00], [0xFF, 0xD0], [0xFF, 0xDC, 0, 4, 0, 80], JpegBytes.Segment(0xDD, 0, 1),
    ]);

    [Fact]
    public void Any_PNG() => Fuzz.Run("PNG", Pngs, seed: 1, count: 20_000, bytes =>
    {
        Read(bytes);
        Read(Repaired(bytes));
    },
    [
        PngBytes.Signature, PngBytes.Header(), PngBytes.Chunk("IDAT"), PngBytes.Chunk("IDAT", PngBytes.Pixels), PngBytes.End, PngBytes.Chunk("PLTE", new byte[30]), PngBytes.Chunk("tRNS", new byte[6]),
        PngBytes.Chunk("eXIf", ExifBytes.Tiff(6)), PngBytes.Chunk("gAMA", 0, 0, 1, 1), [.. "IDAT"u8], [.. "IEND"u8], [0x78, 0x01],
    ]);

    [Fact]
    public void Any_EXIF() => Fuzz.Run("EXIF", Orientations, seed: 1, count: 15_000, tiff =>
    {
        tiff = tiff[..Math.Min(tiff.Length, 60_000)];

        var jpeg = Read(JpegBytes.Photo(JpegBytes.Segment(0xE1, [.. "Exif\0\0"u8, .. tiff])));
        var png = Read(PngBytes.Photo(PngBytes.Chunk("eXIf", tiff)));

        Assert.Equal(OrientationOf(jpeg, "E1", 10), OrientationOf(png, "eXIf", 8));
    });

    /// <summary>The input is a row of APP2 segments, each led by its length.</summary>
    [Fact]
    public void Any_color_profile() => Fuzz.Run("ICC", Profiles, seed: 1, count: 25_000, input =>
    {
        var segments = new List<byte[]>();
        for (var at = 0; at < input.Length && segments.Count < 1_000;)
        {
            var end = Math.Min(input.Length, at + 1 + input[at]);
            segments.Add(JpegBytes.Segment(0xE2, [.. "ICC_PROFILE\0"u8, .. input.AsSpan((at + 1)..end)]));
            at = end;
        }

        var cleaned = Read(JpegBytes.Photo([.. segments]));

        Assert.NotNull(cleaned);
        var kept = Anatomy.Of(cleaned).Where(part => part.Kind is "E2").ToList();
        Assert.True(kept.Sum(part => part.Bytes.Length) <= (64 << 10) + 2 * 18);
        if (kept.Count > 0) Assert.True(kept[0].Bytes.Span[(18 + 36)..].StartsWith("acsp"u8));
    });

    public void Dispose()
    {
        _desk.AssertEmpty();
        _desk.Dispose();
    }

    private static byte[][] Orientations =>
        [.. Enumerable.Range(0, 10).SelectMany(value => new[] { ExifBytes.Tiff((ushort)value), ExifBytes.Tiff((ushort)value, littleEndian: true), ExifBytes.Tiff((ushort)value, type: 4) }), ExifBytes.Only(6)];

    private static byte[][] Profiles =>
    [
        [202, 1, 1, .. JpegBytes.Profile(200)],
        [152, 1, 2, .. JpegBytes.Profile(200)[..150], 52, 2, 2, .. JpegBytes.Profile(200)[150..]],
        [102, 1, 3, .. JpegBytes.Profile(300)[..100], 102, 2, 3, .. JpegBytes.Profile(300)[100..200], 102, 3, 3, .. JpegBytes.Profile(300)[200..]],
    ];

    private static int OrientationOf(byte[]? photo, string kind, int tiff)
    {
        Assert.NotNull(photo);
        return Anatomy.Of(photo).Where(part => part.Kind == kind).Select(part => (int)part.Bytes.Span[tiff + 19]).SingleOrDefault();
    }

    /// <returns>The cleaned photo; null for a refused one.</returns>
    private byte[]? Read(byte[] bytes)
    {
        if (Cleaned(bytes) is not { } once) return null;

        var twice = Cleaned(once);

        Assert.True(once.AsSpan().SequenceEqual(twice));
        Anatomy.AssertClean(once);
        return once;
    }

    private byte[]? Cleaned(byte[] bytes)
    {
        using var source = new CountedReads(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = _desk.ReadAsync(source);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(reading.IsCompletedSuccessfully, "It threw, or left this thread.");
        Assert.InRange(allocated, 0, MaxAllocatedBytes);
        Assert.InRange(source.Reads, 1, bytes.Length / Piece + 2);
        using var photo = reading.AsTask().GetAwaiter().GetResult().Photo;
        if (photo is null) return null;
        Assert.InRange(photo.Length, 1, LargestOutput);
        return PhotoDesk.Content(photo);
    }

    /// <summary>Makes the checksum of every chunk right, so that what lies behind it is reached.</summary>
    private static byte[] Repaired(byte[] bytes)
    {
        byte[] repaired = [.. bytes];
        long at = PngBytes.Signature.Length;
        while (at + 12 <= repaired.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(repaired.AsSpan((int)at));
            if (at + 12 + length > repaired.Length) break;
            var body = repaired.AsSpan((int)at + 4, 4 + (int)length);
            BinaryPrimitives.WriteUInt32BigEndian(repaired.AsSpan((int)(at + 8 + length)), Crc32.HashToUInt32(body));
            at += 12 + length;
        }

        return repaired;
    }

    private sealed class CountedReads(byte[] bytes) : MemoryStream(bytes)
    {
        public int Reads { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, Piece)], cancellationToken);
        }
    }
}
