using System.Buffers.Binary;

namespace TrainIdentity.Photos;

/// <summary>The IHDR chunk (PNG 11.2.1).</summary>
internal sealed record PngHeader(int Width, int Height, int Depth, int ColorType, bool Interlaced)
{
    public const int Bytes = 13;
    public const int Grey = 0;
    public const int Color = 2;
    public const int Palette = 3;
    public const int GreyAlpha = 4;
    public const int ColorAlpha = 6;

    public int Channels => ColorType switch
    {
        GreyAlpha => 2,
        Color => 3,
        ColorAlpha => 4,
        _ => 1,
    };

    public static PhotoRefusal? Read(ReadOnlySpan<byte> data, PhotoOptions options, out PngHeader? header)
    {
        header = null;
        var width = BinaryPrimitives.ReadUInt32BigEndian(data);
        var height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (PhotoRefusals.Dimensions(width, height, options) is { } refusal) return refusal;
        if (!IsLegal(data[9], data[8]) || data[10] is not 0 || data[11] is not 0 || data[12] > 1) return PhotoRefusals.Damaged(PhotoFormat.Png, "its header is wrong");
        header = new PngHeader((int)width, (int)height, data[8], data[9], data[12] is 1);
        return null;
    }

    private static bool IsLegal(byte colorType, byte depth) => (colorType, depth) switch
    {
        (Grey, 1 or 2 or 4 or 8 or 16) => true,
        (Palette, 1 or 2 or 4 or 8) => true,
        (Color or GreyAlpha or ColorAlpha, 8 or 16) => true,
        _ => false,
    };
}
