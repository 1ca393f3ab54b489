using System.Buffers.Binary;

namespace TrainIdentity.Photos;

/// <summary>Checks the sizes of quantization and Huffman tables (ITU-T T.81 B.2.4) and remembers which slots are filled.</summary>
internal sealed class JpegTables
{
    private const int Slots = 4;
    private const int Coefficients = 64;
    private const int CodeLengths = 16;
    private const int MaxCodes = 256;

    private int _quantization;
    private int _dc;
    private int _ac;

    /// <summary>In blocks of the scan; 0 for none.</summary>
    public int RestartInterval { get; private set; }

    public PhotoRefusal? TakeQuantization(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return Bad;
        while (!payload.IsEmpty)
        {
            var (bytesPerEntry, slot) = ((payload[0] >> 4) + 1, payload[0] & 15);
            var size = 1 + Coefficients * bytesPerEntry;
            if (bytesPerEntry > 2 || slot >= Slots || payload.Length < size) return Bad;
            _quantization |= 1 << slot;
            payload = payload[size..];
        }

        return null;
    }

    public PhotoRefusal? TakeHuffman(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return Bad;
        while (!payload.IsEmpty)
        {
            var (kind, slot) = (payload[0] >> 4, payload[0] & 15);
            if (kind > 1 || slot >= Slots || payload.Length < 1 + CodeLengths) return Bad;
            if (CountCodes(payload.Slice(1, CodeLengths)) is not { } codes || payload.Length < 1 + CodeLengths + codes) return Bad;
            if (kind is 0) _dc |= 1 << slot;
            else _ac |= 1 << slot;
            payload = payload[(1 + CodeLengths + codes)..];
        }

        return null;
    }

    public PhotoRefusal? TakeRestartInterval(ReadOnlySpan<byte> payload)
    {
        if (payload.Length is not 2) return Bad;
        RestartInterval = BinaryPrimitives.ReadUInt16BigEndian(payload);
        return null;
    }

    /// <summary>Whether all tables are there that one component needs in a scan.</summary>
    public bool Serve(JpegScan scan, byte huffmanSlots, byte quantizationSlot) =>
        Has(_quantization, quantizationSlot)
        && (!scan.NeedsDcTable || Has(_dc, huffmanSlots >> 4))
        && (!scan.NeedsAcTable || Has(_ac, huffmanSlots & 15));

    private static bool Has(int filled, int slot) => slot < Slots && (filled & 1 << slot) is not 0;

    private static PhotoRefusal Bad => PhotoRefusals.Damaged(PhotoFormat.Jpeg, "one of its tables is wrong");

    /// <returns>Null when there are more codes than their lengths have room for.</returns>
    private static int? CountCodes(ReadOnlySpan<byte> countsByLength)
    {
        var (codes, room) = (0, 1);
        foreach (var count in countsByLength)
        {
            room = room * 2 - count;
            if (room < 0) return null;
            codes += count;
        }

        return codes <= MaxCodes ? codes : null;
    }
}
