using System.Buffers;

namespace TrainIdentity.Photos;

/// <summary>Puts a color profile together from its numbered APP2 parts (ICC.1:2022 annex B.4). It is needed to show the colors right and names nobody.</summary>
internal sealed class IccProfile(int maxBytes)
{
    private const int PartHeaderBytes = 14;
    private const int MinBytes = 128;
    private const int SignatureOffset = 36;
    private const int MaxPartBytes = JpegSegment.MaxPayloadBytes - PartHeaderBytes;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private int _parts;
    private int _expected;
    private bool _refused;

    public static ReadOnlySpan<byte> Header => "ICC_PROFILE\0"u8;

    public bool IsComplete => !_refused && _parts > 0 && _parts == _expected;

    public bool IsIncomplete => _parts > 0 && !IsComplete;

    /// <returns>False when the part is of no use; what came before it is given up then, unless the profile was complete already.</returns>
    public bool Take(ReadOnlySpan<byte> payload)
    {
        if (_refused || IsComplete || payload.Length <= PartHeaderBytes || !payload.StartsWith(Header)) return false;
        var (number, count) = (payload[12], payload[13]);
        var part = payload[PartHeaderBytes..];
        _refused = number != _parts + 1 || (_expected is not 0 && count != _expected) || number > count || _bytes.WrittenCount + part.Length > maxBytes;
        if (_refused) return false;
        (_parts, _expected) = (number, count);
        _bytes.Write(part);
        _refused = IsComplete && !IsProfile;
        return !_refused;
    }

    public void WriteTo(SpoolWriter output)
    {
        var rest = _bytes.WrittenSpan;
        var count = (rest.Length + MaxPartBytes - 1) / MaxPartBytes;
        for (var number = 1; number <= count; number++)
        {
            var part = rest[..Math.Min(MaxPartBytes, rest.Length)];
            output.WriteSegment(JpegMarker.App2, [.. Header, (byte)number, (byte)count], part);
            rest = rest[part.Length..];
        }
    }

    private bool IsProfile => _bytes.WrittenCount >= MinBytes && _bytes.WrittenSpan[SignatureOffset..].StartsWith("acsp"u8);
}
