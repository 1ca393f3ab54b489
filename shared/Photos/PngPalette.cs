namespace TrainIdentity.Photos;

/// <summary>The rules for PLTE (PNG 11.2.2).</summary>
internal sealed class PngPalette(PngHeader header)
{
    private const int EntryBytes = 3;
    private const int MaxEntries = 256;

    public uint Entries { get; private set; }

    public bool IsMissing => header.ColorType is PngHeader.Palette && Entries is 0;

    public bool TryTake(uint length)
    {
        var (entries, rest) = Math.DivRem(length, EntryBytes);
        var most = header.ColorType switch
        {
            PngHeader.Palette => 1 << header.Depth,
            PngHeader.Color or PngHeader.ColorAlpha => MaxEntries,
            _ => 0,
        };
        if (Entries > 0 || rest is not 0 || entries is 0 || entries > most) return false;
        Entries = entries;
        return true;
    }
}
