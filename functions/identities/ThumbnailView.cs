using TrainIdentity.Photos;

namespace TrainIdentity.Functions;

/// <summary>What was measured of a thumbnail.</summary>
/// <param name="Sha256">Of the cleaned picture, as <paramref name="Bytes"/> is.</param>
internal sealed record ThumbnailView(long Bytes, int Width, int Height, string Sha256)
{
    public static ThumbnailView Of(Photo thumbnail) => new(thumbnail.Length, thumbnail.Width, thumbnail.Height, thumbnail.Sha256);
}
