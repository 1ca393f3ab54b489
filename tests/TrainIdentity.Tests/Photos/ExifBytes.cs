using System.Buffers.Binary;

namespace TrainIdentity.Tests.Photos;

internal static class ExifBytes
{
    /// <summary>Text that must not survive.</summary>
    public const string Canary = "CANARY 41.853N 12.489E";

    /// <summary>TIFF with an orientation, a GPS directory, a thumbnail directory and the canary.</summary>
    public static byte[] Tiff(ushort orientation, bool littleEndian = false, ushort type = 3)
    {
        var value = type is 3 && !littleEndian ? (uint)orientation << 16 : orientation;
        byte[] tiff =
        [
            .. littleEndian ? "II*\0"u8 : "MM\0*"u8, .. Number(8),
            .. Short(3),
            .. Short(0x010F), .. Short(2), .. Number((uint)Canary.Length), .. Number(50),
            .. Short(0x0112), .. Short(type), .. Number(1), .. Number(value),
            .. Short(0x8825), .. Short(4), .. Number(1), .. Number(50),
            .. Number(50),
        ];
        return [.. tiff, .. System.Text.Encoding.ASCII.GetBytes(Canary)];

        byte[] Short(ushort number) => littleEndian ? [(byte)number, (byte)(number >> 8)] : [(byte)(number >> 8), (byte)number];

        byte[] Number(uint number)
        {
            var bytes = new byte[4];
            if (littleEndian) BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
            else BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
            return bytes;
        }
    }

    public static byte[] Segment(ushort orientation, bool littleEndian = false) =>
        JpegBytes.Segment(0xE1, [.. "Exif\0\0"u8, .. Tiff(orientation, littleEndian)]);

    /// <summary>What the cleaner writes in its place, spelt out.</summary>
    public static byte[] Only(byte orientation) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
}
