namespace TrainIdentity.Photos;

internal enum PhotoKind
{
    Unknown,
    Jpeg,
    Png,
    DamagedPng,
    Heic,
    Avif,
    JpegXl,
    Jpeg2000,
    WebP,
    Gif,
    /// <summary>Or a raw camera file, most of which are TIFF inside.</summary>
    Tiff,
    Bmp,
    Photoshop,
    Film,
    Pdf,
    Svg,
    Html,
    Zip,
    Archive,
    Program,
}
