using TrainIdentity.Identities;
using TrainIdentity.Photos;

namespace TrainIdentity.Functions;

/// <param name="Sha256">Of the cleaned photo, as <paramref name="Bytes"/> is.</param>
internal sealed record StoredPhotoView(int Number, string Format, long Bytes, int Width, int Height, string Sha256)
{
    public static StoredPhotoView Of(DraftPhoto photo) =>
        new(photo.Number, DraftPhotoView.Name(photo.Format), photo.Bytes, photo.Width, photo.Height, photo.Oid);
}

/// <summary>What was measured of a photo, and what was taken out of it.</summary>
/// <param name="Sha256">Of the cleaned photo, as <paramref name="Bytes"/> is.</param>
internal sealed record DraftPhotoView(int Number, string Format, long Bytes, int Width, int Height, string Sha256, IReadOnlyList<string> Removed)
{
    public static DraftPhotoView Of(int number, Photo photo) => new(
        number, Name(photo.Format), photo.Length, photo.Width, photo.Height, photo.Sha256,
        [.. Enum.GetValues<PhotoRemovals>().Where(kind => kind is not PhotoRemovals.None && photo.Removed.HasFlag(kind)).Select(Name)]);

    public static string Name(PhotoFormat format) => format is PhotoFormat.Png ? "png" : "jpeg";

    private static string Name(PhotoRemovals kind) => kind switch
    {
        PhotoRemovals.ColorProfile => "colorProfile",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
