namespace TrainIdentity.Photos;

public sealed class PhotoOptions
{
    /// <summary>Of the file as received, whatever follows the picture included.</summary>
    public long MaxBytes { get; init; } = 20_971_520;

    public int MinSidePixels { get; init; } = 64;

    public int MaxSidePixels { get; init; } = 16_384;

    public long MaxPixels { get; init; } = 128_000_000;

    public int MaxJpegSegments { get; init; } = 4_096;

    public int MaxJpegScans { get; init; } = 100;

    public int MaxIccProfileBytes { get; init; } = 64 << 10;

    public int MaxPngChunks { get; init; } = 65_536;

    public long MaxPngInflatedBytes { get; init; } = 512L << 20;
}
