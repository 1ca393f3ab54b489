namespace TrainIdentity.Photos;

/// <summary>What the received file held and the cleaned photo does not.</summary>
[Flags]
public enum PhotoRemovals
{
    None = 0,
    Exif = 1 << 0,
    Gps = 1 << 1,
    Xmp = 1 << 2,
    Thumbnail = 1 << 3,
    Iptc = 1 << 4,
    Comment = 1 << 5,
    ColorProfile = 1 << 6,
    Text = 1 << 7,
    Trailing = 1 << 8,
    Other = 1 << 9,
}
