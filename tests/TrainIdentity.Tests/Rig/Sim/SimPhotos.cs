using TrainIdentity.Photos;
using TrainIdentity.Tests.Photos;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>Small photos, cleaned once and then sent by every run; all of them differ.</summary>
internal static class SimPhotos
{
    private static readonly Lazy<(IReadOnlyList<Photo> Photos, IReadOnlyList<Photo> Thumbnails)> Known = new(Read);

    public static IReadOnlyList<Photo> All => Known.Value.Photos;

    public static IReadOnlyList<Photo> Thumbnails => Known.Value.Thumbnails;

    /// <summary>Sets of three that have nothing in common.</summary>
    public static IReadOnlyList<Photo> Set(int number) => [.. All.Skip(number * 3).Take(3)];

    private static (IReadOnlyList<Photo> Photos, IReadOnlyList<Photo> Thumbnails) Read()
    {
        var folder = Directory.CreateTempSubdirectory("photos-");
        try
        {
            var reader = new PhotoReader(new PhotoOptions(), new PhotoSpool(new SpoolOptions { Folder = folder.FullName }));
            return ([.. Enumerable.Range(0, 9).Select(n => One(reader, n))], [.. Enumerable.Range(0, 3).Select(n => Thumbnail(reader, n))]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Photo Thumbnail(PhotoReader reader, int number) =>
        reader.ReadThumbnailAsync(new MemoryStream(TinyPhotos.Jpeg(number)), CancellationToken.None).AsTask().GetAwaiter().GetResult().Photo!;

    private static Photo One(PhotoReader reader, int number)
    {
        var rows = PngBytes.Rows(64, 64);
        rows[1 + number] = 0xEE;
        var file = PngBytes.Join(PngBytes.Signature, PngBytes.Header(64, 64, 8, 0), PngBytes.Chunk("IDAT", PngBytes.Deflate(rows)), PngBytes.End);
        return reader.ReadAsync(new MemoryStream(file), CancellationToken.None).AsTask().GetAwaiter().GetResult().Photo!;
    }
}
