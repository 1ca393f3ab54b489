using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace TrainIdentity.LocalHost;

/// <summary>Small valid photos, each different: PNGs of random colours, and now and then the sample JPEG.</summary>
internal sealed class NoisePhotos(byte[] sample)
{
    private const int LeastSide = 64;
    private const int MostSide = 160;
    private const int SampleOneIn = 8;

    private static readonly byte[] Signature = [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'];

    public static NoisePhotos Load() =>
        new(File.ReadAllBytes(Path.Combine(Repository.Root(), "tests", "photos", "portrait-orientation6.jpg")));

    public IReadOnlyList<byte[]> Draw(Random random)
    {
        List<byte[]> photos = [.. Enumerable.Range(0, random.Next(3, 6)).Select(_ => Png(random))];
        if (random.Next(SampleOneIn) is 0) photos.Add(sample);
        return photos;
    }

    private static byte[] Png(Random random)
    {
        var (width, height) = (random.Next(LeastSide, MostSide), random.Next(LeastSide, MostSide));
        byte[] header = [.. BigEndian(width), .. BigEndian(height), 8, 2, 0, 0, 0];
        return [.. Signature, .. Chunk("IHDR", header), .. Chunk("IDAT", Pixels(random, width, height)), .. Chunk("IEND", [])];
    }

    private static byte[] Pixels(Random random, int width, int height)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            // The first byte of a row is its filter; 0 is none.
            var row = new byte[1 + (3 * width)];
            for (var n = 0; n < height; n++)
            {
                random.NextBytes(row.AsSpan(1));
                zlib.Write(row);
            }
        }

        return packed.ToArray();
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        return [.. BigEndian(data.Length), .. body, .. BigEndian((int)Crc32.HashToUInt32(body))];
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
