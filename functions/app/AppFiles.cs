using System.Collections.Frozen;

namespace TrainIdentity.Functions;

internal sealed record AppFile(byte[] Bytes, string MediaType);

/// <summary>
/// What lies in the page's folder, by its path in there. It is listed once and looked up by name, so that no address leads
/// anywhere else; a file of a kind that is not known here is not served.
/// </summary>
internal sealed class AppFiles(string folder)
{
    public const string Index = "index.html";

    private static readonly FrozenDictionary<string, string> Kinds = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".ts"] = "text/plain; charset=utf-8",
        [".txt"] = "text/plain; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".webmanifest"] = "application/manifest+json",
    }.ToFrozenDictionary();

    private readonly Lazy<FrozenDictionary<string, AppFile>> _files = new(() => Read(folder));

    /// <summary>Without parameters, as an Accept header names them.</summary>
    public static IEnumerable<string> MediaTypes => Kinds.Values.Select(kind => kind.Split(';')[0]).Distinct();

    public AppFile? Find(string path) => _files.Value.GetValueOrDefault(path);

    private static FrozenDictionary<string, AppFile> Read(string folder)
    {
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [];
        return files.Where(file => Kinds.ContainsKey(Path.GetExtension(file))).ToFrozenDictionary(
            file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'),
            file => new AppFile(File.ReadAllBytes(file), Kinds[Path.GetExtension(file)]),
            StringComparer.Ordinal);
    }
}
