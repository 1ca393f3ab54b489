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

    public IEnumerable<string> Faults() => new SettingBounds("Photos")
        .Of(MaxBytes, 1024, 1 << 30)
        .Of(MaxThumbnailBytes, 1024, 1 << 20)
        .Of(MinSidePixels, 1, 16_384)
        .Of(MaxSidePixels, 1, 65_535)
        .Of(MaxPixels, 1, 1_000_000_000)
        .Of(MaxJpegSegments, 16, 1_000_000)
        .Of(MaxJpegScans, 1, 10_000)
        .Of(MaxIccProfileBytes, 0, 16 << 20)
        .Of(MaxPngChunks, 4, 10_000_000)
        .Of(MaxPngInflatedBytes, 1024, 8L << 30)
        .When(MinSidePixels > MaxSidePixels, "Photos__MinSidePixels must be no more than Photos__MaxSidePixels.")
        .Faults;
}
