using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace TrainIdentity.Tests.Photos;

/// <summary>Small PNGs, honestly compressed, of rows that hold one value each.</summary>
internal static class PngBytes
{
    public static readonly byte[] Signature = [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'];
    public static readonly byte[] End = Chunk("IEND");

    public static byte[] Join(params byte[][] parts) => JpegBytes.Join(parts);

    public static byte[] Chunk(string type, params byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        return [.. BigEndian((uint)data.Length), .. body, .. BigEndian(Crc32.HashToUInt32(body))];
    }

    public static byte[] Header(uint width = 100, uint height = 80, byte depth = 8, byte color = 6, byte interlace = 0) =>
        Chunk("IHDR", [.. BigEndian(width), .. BigEndian(height), depth, color, 0, 0, interlace]);

    public static byte[] Rows(int rows, int rowBytes, byte filter = 1) =>
        [.. Enumerable.Range(0, rows).SelectMany(row => Enumerable.Repeat((byte)row, rowBytes).Prepend(filter))];

    public static byte[] Deflate(byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest)) zlib.Write(rows);
        return packed.ToArray();
    }

    public static byte[] DeflateZeros(long length)
    {
        using var packed = new MemoryStream();
        var zeros = new byte[100_000];
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            for (; length > 0; length -= zeros.Length) zlib.Write(zeros);
        }

        return packed.ToArray();
    }

    /// <summary>The pixels of 100 x 80 RGBA.</summary>
    public static byte[] Pixels { get; } = Deflate(Rows(80, 400));

    /// <summary>A photo of 100 x 80 RGBA pixels with these chunks in front of them.</summary>
    public static byte[] Photo(params byte[][] metadata) => Join(Signature, Header(), Join(metadata), Chunk("IDAT", Pixels), End);

    public static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
