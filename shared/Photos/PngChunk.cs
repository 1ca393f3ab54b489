using System.Buffers.Binary;

namespace TrainIdentity.Photos;

/// <summary>The first eight bytes of a chunk (PNG 5.3).</summary>
internal readonly record struct PngChunk(uint Length, uint Type)
{
    public const int HeadBytes = 8;
    public const int CrcBytes = 4;
    public const int TypeBytes = 4;

    public const uint Ihdr = 0x49484452;
    public const uint Plte = 0x504C5445;
    public const uint Idat = 0x49444154;
    public const uint Iend = 0x49454E44;
    public const uint CgBI = 0x43674249;
    public const uint Trns = 0x74524E53;
    public const uint Gama = 0x67414D41;
    public const uint Chrm = 0x6348524D;
    public const uint Srgb = 0x73524742;
    public const uint Sbit = 0x73424954;
    public const uint Phys = 0x70485973;
    public const uint Exif = 0x65584966;
    public const uint Iccp = 0x69434350;
    public const uint Text = 0x74455874;
    public const uint Ztxt = 0x7A545874;
    public const uint Itxt = 0x69545874;

    private const uint AncillaryBit = 0x20000000;

    /// <summary>A decoder that does not know a critical chunk cannot show the picture.</summary>
    public bool IsCritical => (Type & AncillaryBit) is 0;

    public bool IsLegal => Length <= int.MaxValue && IsLetter(Type >> 24) && IsLetter(Type >> 16) && IsLetter(Type >> 8) && IsLetter(Type);

    public static PngChunk Read(ReadOnlySpan<byte> head) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(head), BinaryPrimitives.ReadUInt32BigEndian(head[4..]));

    private static bool IsLetter(uint value) => char.IsAsciiLetter((char)(value & 0xFF));
}
