using System.Buffers.Binary;

namespace TrainIdentity.Photos;

internal static class JpegSegment
{
    private const int LengthBytes = 2;

    public const int MaxPayloadBytes = ushort.MaxValue - LengthBytes;

    public static void WriteSegment(this SpoolWriter output, byte marker, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> payload = default)
    {
        Span<byte> head = [JpegMarker.Prefix, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(LengthBytes + prefix.Length + payload.Length));
        output.Write(head);
        output.Write(prefix);
        output.Write(payload);
    }
}
