using System.Buffers.Binary;

namespace TrainIdentity.Tests.Photos;

/// <summary>Small JPEGs put together by hand; the scan data is made up, since nothing here decodes it.</summary>
internal static class JpegBytes
{
    public static readonly byte[] Soi = [0xFF, 0xD8];
    public static readonly byte[] Eoi = [0xFF, 0xD9];
    public static readonly byte[] Data = [0x12, 0x34, 0xFF, 0x00, 0x56, 0x78];
    public static readonly byte[] Jfif = Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 1, 0, 72, 0, 72, 0, 0]);
    public static readonly byte[] Adobe = Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 1]);
    public static readonly byte[] Quantization = Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]);
    public static readonly byte[] Tables = Join(Quantization, Huffman(0x00), Huffman(0x10));

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static byte[] Repeat(int times, params byte[] bytes)
    {
        var repeated = new byte[times * bytes.Length];
        for (var i = 0; i < times; i++) bytes.CopyTo(repeated, i * bytes.Length);
        return repeated;
    }

    public static byte[] Segment(byte marker, params byte[] payload)
    {
        byte[] segment = [0xFF, marker, 0, 0, .. payload];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(payload.Length + 2));
        return segment;
    }

    /// <summary>One code of two bits.</summary>
    public static byte[] Huffman(byte kindAndSlot) => Segment(0xC4, [kindAndSlot, 0, 1, .. new byte[14], 0]);

    public static byte[] Frame(int width = 100, int height = 80, byte marker = 0xC0, byte precision = 8, byte components = 3)
    {
        byte[] payload = [precision, 0, 0, 0, 0, components, .. Enumerable.Range(1, components).SelectMany(id => new byte[] { (byte)id, 0x11, 0 })];
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(1), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(3), (ushort)width);
        return Segment(marker, payload);
    }

    public static byte[] Scan(byte components = 3, byte first = 0, byte last = 63, byte precision = 0, byte start = 1) =>
        Segment(0xDA, [components, .. Enumerable.Range(start, components).SelectMany(id => new byte[] { (byte)id, 0 }), first, last, precision]);

    /// <summary>A colour photo of 100 x 80 pixels with these segments in front of its tables.</summary>
    public static byte[] Photo(params byte[][] metadata) =>
        Join(Soi, Join(metadata), Tables, Frame(), Scan(), Data, Eoi);

    public static byte[] Progressive(int scans) =>
        Join(Soi, Tables, Frame(marker: 0xC2), Scan(last: 0, precision: 0), Data, Join([.. Enumerable.Range(1, scans - 1).Select(Refinement)]), Eoi);

    public static byte[] OfLength(int length) =>
        Join(Soi, Tables, Frame(), Scan(), [.. Enumerable.Repeat((byte)0x55, length - Photo().Length + Data.Length)], Eoi);

    public static byte[] Profile(int length)
    {
        var profile = new byte[length];
        new Random(length).NextBytes(profile);
        "acsp"u8.CopyTo(profile.AsSpan(36));
        return profile;
    }

    public static byte[] ProfilePart(byte number, byte count, byte[] part) =>
        Segment(0xE2, [.. "ICC_PROFILE\0"u8, number, count, .. part]);

    private static byte[] Refinement(int number) =>
        Join(Scan(components: 1, first: 1, last: 63, start: (byte)(1 + number % 3)), Data);
}
