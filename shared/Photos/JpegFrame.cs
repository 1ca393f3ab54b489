using System.Buffers.Binary;
using System.Numerics;

namespace TrainIdentity.Photos;

/// <summary>The frame header of a JPEG (ITU-T T.81 B.2.2), and which of its components have been seen in a scan.</summary>
internal sealed class JpegFrame
{
    private const int HeaderBytes = 6;
    private const int MaxBlocksInMcu = 10;

    private readonly bool _progressive;
    private readonly Component[] _components;
    private int _seen;

    private JpegFrame(bool progressive, int width, int height, Component[] components) =>
        (_progressive, Width, Height, _components) = (progressive, width, height, components);

    public int Width { get; }

    public int Height { get; }

    public bool IsComplete => BitOperations.PopCount((uint)_seen) == _components.Length;

    public static PhotoRefusal? Read(byte marker, ReadOnlySpan<byte> payload, PhotoOptions options, out JpegFrame? frame)
    {
        frame = null;
        if (payload.Length < HeaderBytes) return Bad;
        var height = BinaryPrimitives.ReadUInt16BigEndian(payload[1..]);
        var width = BinaryPrimitives.ReadUInt16BigEndian(payload[3..]);
        if (PhotoRefusals.Dimensions(width, height, options) is { } tooMany) return tooMany;
        if (payload[0] is 12) return PhotoRefusals.Unsupported(PhotoFormat.Jpeg, "stores 12 bits per color");
        var count = payload[5];
        if (payload[0] is not 8 || count is not (1 or 3 or 4) || payload.Length != HeaderBytes + 3 * count) return Bad;
        var components = new Component[count];
        for (var i = 0; i < count; i++)
        {
            var at = payload.Slice(HeaderBytes + 3 * i, 3);
            components[i] = new Component(at[0], at[1] >> 4, at[1] & 15, at[2]);
            if (!components[i].IsLegal || Find(components.AsSpan(0, i), at[0]) >= 0) return Bad;
        }

        frame = new JpegFrame(marker is JpegMarker.Sof2, width, height, components);
        return null;
    }

    public PhotoRefusal? TakeScan(ReadOnlySpan<byte> payload, JpegTables tables)
    {
        if (payload.IsEmpty || payload[0] is 0 or > 4 || payload.Length != 4 + 2 * payload[0]) return BadScan;
        var scan = JpegScan.Read(payload, _progressive);
        if (!scan.IsLegal) return BadScan;
        var (inScan, blocks) = (0, 0);
        for (var i = 0; i < payload[0]; i++)
        {
            var selector = payload.Slice(1 + 2 * i, 2);
            var index = Find(_components, selector[0]);
            if (index < 0 || (inScan & 1 << index) is not 0) return BadScan;
            if (!tables.Serve(scan, selector[1], _components[index].Table)) return PhotoRefusals.Damaged(PhotoFormat.Jpeg, "one of its tables is missing");
            inScan |= 1 << index;
            blocks += _components[index].Blocks;
        }

        if (payload[0] > 1 && blocks > MaxBlocksInMcu) return BadScan;
        if (scan.HoldsDc) _seen |= inScan;
        return null;
    }

    private static PhotoRefusal Bad => PhotoRefusals.Damaged(PhotoFormat.Jpeg, "its header is wrong");

    private static PhotoRefusal BadScan => PhotoRefusals.Damaged(PhotoFormat.Jpeg, "the header of a scan is wrong");

    private static int Find(ReadOnlySpan<Component> components, byte id)
    {
        for (var i = 0; i < components.Length; i++)
        {
            if (components[i].Id == id) return i;
        }

        return -1;
    }

    private readonly record struct Component(byte Id, int Horizontal, int Vertical, byte Table)
    {
        public bool IsLegal => Horizontal is >= 1 and <= 4 && Vertical is >= 1 and <= 4 && Table <= 3;

        public int Blocks => Horizontal * Vertical;
    }
}
