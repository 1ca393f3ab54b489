using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.Photos;

/// <summary>The sample photos and the pictures of encoded.json, each cleaned once and looked at by the other decoder before and after.</summary>
public sealed class CleanedPictures : IAsyncLifetime
{
    private static readonly string Cases = Path.Combine(PhotoCase.Folder, "encoded.json");
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "photos");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pictures-");
    private readonly Dictionary<string, (byte[] Before, byte[] After, PixelPair Pixels)> _all = [];

    public static IReadOnlyList<string> Encoded { get; } = [.. JsonNode.Parse(File.ReadAllBytes(Cases))!.AsArray().Select(one => (string)one!["id"]!)];

    public static IReadOnlyList<string> Photos { get; } = [.. Directory.EnumerateFiles(Samples).Select(file => Path.GetFileName(file)).Where(name => !name.EndsWith(".md", StringComparison.Ordinal)).Order()];

    internal (byte[] Before, byte[] After, PixelPair Pixels) this[string name] => _all[name];

    public async ValueTask InitializeAsync()
    {
        await OtherDecoder.EncodeAsync(Cases, _folder.FullName);
        (string Name, string File)[] originals =
        [
            .. Encoded.Select((id, n) => (id, Path.Combine(_folder.FullName, $"{n}"))),
            .. Photos.Select(name => (name, Path.Combine(Samples, name))),
        ];
        using var desk = new PhotoDesk();
        var pairs = new List<(string Before, string After)>();
        foreach (var (_, file) in originals)
        {
            var cleaned = Path.Combine(_folder.FullName, $"cleaned-{pairs.Count}");
            await File.WriteAllBytesAsync(cleaned, await desk.CleanAsync(await File.ReadAllBytesAsync(file)));
            pairs.Add((file, cleaned));
        }

        var looks = await OtherDecoder.CompareAsync(pairs);
        for (var n = 0; n < originals.Length; n++)
        {
            _all[originals[n].Name] = (await File.ReadAllBytesAsync(pairs[n].Before), await File.ReadAllBytesAsync(pairs[n].After), looks[n]);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
