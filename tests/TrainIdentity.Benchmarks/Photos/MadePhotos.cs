using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace TrainIdentity.Benchmarks;

/// <summary>
/// Photos of any size that are sound to the last byte of their structure, each with other pixels. A JPEG has the head of
/// a real one, GPS and all, and noise for a scan, which is what compressed pixels look like from outside.
/// </summary>
internal static class MadePhotos
{
    private const byte Prefix = 0xFF;
    private const byte StartOfScan = 0xDA;

    public static byte[] Jpeg(string sample, int bytes, int seed)
    {
        var head = Head(File.ReadAllBytes(sample));
        var photo = new byte[bytes];
        head.CopyTo(photo, 0);
        var scan = photo.AsSpan(head.Length..^2);
        new Random(seed).NextBytes(scan);

        // T.81 B.1.1.5: in a scan 0xFF is followed by a zero, so that it is no marker.
        for (var at = scan.IndexOf(Prefix); at >= 0; )
        {
            if (at + 1 < scan.Length) scan[at + 1] = 0;
            else scan[at] = 0;
            var next = scan[Math.Min(at + 2, scan.Length)..].IndexOf(Prefix);
            at = next < 0 ? -1 : at + 2 + next;
        }
        (photo[^2], photo[^1]) = (Prefix, 0xD9);
        return photo;
    }

    /// <summary>Smooth colours under a little noise, filtered as encoders do.</summary>
    public static byte[] Png(int width, int height, int seed)
    {
        var random = new Random(seed);
        using var pixels = new MemoryStream();
        using (var deflate = new ZLibStream(pixels, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[1 + width * 3];
            row[0] = 1;
            for (var y = 0; y < height; y++)
            {
                for (var x = 1; x < row.Length; x++) row[x] = (byte)(random.Next(8) - 4);
                deflate.Write(row);
            }
        }

        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        Chunk(png, "IHDR", header);
        foreach (var piece in pixels.ToArray().Chunk(64 << 10)) Chunk(png, "IDAT", piece);
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    /// <summary>All before the pixels, the header of the first scan included.</summary>
    private static byte[] Head(byte[] sample)
    {
        var at = 2;
        while (true)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(sample.AsSpan(at + 2));
            var marker = sample[at + 1];
            at += 2 + length;
            if (marker is StartOfScan) return sample[..at];
        }
    }

    private static void Chunk(MemoryStream png, string type, byte[] payload)
    {
        byte[] checkedPart = [.. Encoding.ASCII.GetBytes(type), .. payload];
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, payload.Length);
        png.Write(number);
        png.Write(checkedPart);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(checkedPart));
        png.Write(number);
    }
}
