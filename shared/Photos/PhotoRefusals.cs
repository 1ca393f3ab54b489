namespace TrainIdentity.Photos;

internal static class PhotoRefusals
{
    public static readonly PhotoRefusal Empty = new(PhotoRefusalCode.Empty, "This file is empty. Choose the photo again.");

    public static readonly PhotoRefusal NoThumbnail = new(PhotoRefusalCode.TypeNotAllowed, "A thumbnail is a JPEG. Save this picture as JPEG and send it again.");

    public static PhotoRefusal TooLarge(long maxBytes) =>
        new(PhotoRefusalCode.TooLarge, $"This photo is larger than {Size(maxBytes)}. Save a smaller copy and try again.");

    /// <returns>Null for what is allowed.</returns>
    public static PhotoRefusal? TypeNotAllowed(PhotoKind kind) => kind is PhotoKind.Jpeg or PhotoKind.Png ? null : new(PhotoRefusalCode.TypeNotAllowed, kind switch
    {
        PhotoKind.Heic => "This is a HEIC photo. Export or share it as JPEG and try again.",
        PhotoKind.Avif => "This is an AVIF picture. Save it as JPEG or PNG and try again.",
        PhotoKind.JpegXl => "This is a JPEG XL picture. Save it as JPEG or PNG and try again.",
        PhotoKind.Jpeg2000 => "This is a JPEG 2000 picture. Save it as JPEG or PNG and try again.",
        PhotoKind.WebP => "This is a WebP picture. Save it as JPEG or PNG and try again.",
        PhotoKind.Gif => "This is a GIF picture. Choose a photo saved as JPEG or PNG instead.",
        PhotoKind.Tiff => "This is a TIFF or raw camera file. Export it as JPEG and try again.",
        PhotoKind.Bmp => "This is a BMP picture. Save it as JPEG or PNG and try again.",
        PhotoKind.Photoshop => "This is a Photoshop document. Export it as JPEG or PNG and try again.",
        PhotoKind.Film => "This is a film. Choose a photo saved as JPEG or PNG instead.",
        PhotoKind.Pdf => "This is a PDF document. Choose the photo itself, saved as JPEG or PNG.",
        PhotoKind.Svg => "This is an SVG drawing. Choose a photo saved as JPEG or PNG instead.",
        PhotoKind.Html => "This is a web page. Download the photo itself and choose that file.",
        PhotoKind.Zip => "This is a ZIP archive or a document. Unpack it and choose the photos inside, saved as JPEG or PNG.",
        PhotoKind.Archive => "This is an archive. Unpack it and choose the photos inside, saved as JPEG or PNG.",
        PhotoKind.Program => "This is a program. Choose a photo saved as JPEG or PNG instead.",
        PhotoKind.DamagedPng => "This PNG was changed while it was copied. Copy the original again and try again.",
        _ => "This file is not a JPEG or PNG photo. Choose a photo saved as JPEG or PNG.",
    });

    public static PhotoRefusal Damaged(PhotoFormat format, string what) =>
        new(PhotoRefusalCode.Corrupt, $"This {Name(format)} file is damaged: {what}. Open the original, save it again as JPEG and try again.");

    /// <summary>Sound perhaps, but of a kind that training cannot read.</summary>
    public static PhotoRefusal Unsupported(PhotoFormat format, string what) =>
        new(PhotoRefusalCode.Corrupt, $"This {Name(format)} file {what}. Open it, save it again as an ordinary JPEG and try again.");

    public static PhotoRefusal? Dimensions(long width, long height, PhotoOptions limits)
    {
        var (smaller, larger) = width < height ? (width, height) : (height, width);
        var advice = smaller < limits.MinSidePixels ? $"Each side must have at least {limits.MinSidePixels} pixels: choose a larger photo."
            : larger > limits.MaxSidePixels ? $"No side may have more than {limits.MaxSidePixels} pixels: save a smaller copy and try again."
            : width * height > limits.MaxPixels ? $"It may have {limits.MaxPixels / 1_000_000} megapixels at most: save a smaller copy and try again."
            : null;
        return advice is null ? null : new(PhotoRefusalCode.Dimensions, $"This photo has {width} x {height} pixels. {advice}");
    }

    private static string Name(PhotoFormat format) => format is PhotoFormat.Jpeg ? "JPEG" : "PNG";

    private static string Size(long bytes) => bytes % (1 << 20) is 0 ? $"{bytes >> 20} MiB" : bytes % (1 << 10) is 0 ? $"{bytes >> 10} KiB" : $"{bytes} bytes";
}
