namespace TrainIdentity.Photos;

public sealed class PhotoOptions
{
    /// <summary>Of the file as received, whatever follows the picture included.</summary>
    public long MaxBytes { get; set; } = 20_971_520;

    /// <summary>Of a thumbnail as received.</summary>
    public long MaxThumbnailBytes { get; set; } = 64 << 10;

    public int MinSidePixels { get; set; } = 64;

    public int MaxSidePixels { get; set; } = 16_384;

    public long MaxPixels { get; set; } = 128_000_000;

    public int MaxJpegSegments { get; set; } = 4_096;

    public int MaxJpegScans { get; set; } = 100;

    public int MaxIccProfileBytes { get; set; } = 64 << 10;

    public int MaxPngChunks { get; set; } = 65_536;

    public long MaxPngInflatedBytes { get; set; } = 512L << 20;
}
