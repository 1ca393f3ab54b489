namespace TrainIdentity.Photos;

internal enum PhotoKind
{
    Unknown,
    Jpeg,
    Png,
    DamagedPng,
    Heic,
    Avif,
    WebP,
    Gif,
    Tiff,
    Bmp,
    Pdf,
    Svg,
    Html,
}
