using System.IO.Compression;
using System.Text.Json;

namespace TrainIdentity.Package;

/// <summary>A published folder as the archive that is deployed: the same files make the same bytes, wherever and whenever it is written.</summary>
internal static class AppZip
{
    // What Unix keeps of a file's kind and mode in the upper half of a zip entry's attributes: an ordinary file, rw-r--r-- or rwxr-xr-x.
    private const int Plain = 0x81A4 << 16;
    private const int Executable = 0x81ED << 16;

    // The first moment a zip can tell.
    private static readonly DateTimeOffset Written = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Write(string folder, string zip)
    {
        // The host mounts the archive read-only, so the bit that lets it start the program has to be in there. Of the others none is taken from
        // the disk: they depend on who unpacked the packages.
        var program = Program(folder);
        using var archive = new ZipArchive(File.Create(zip), ZipArchiveMode.Create);
        foreach (var path in Paths(folder))
        {
            var entry = archive.CreateEntry(path, CompressionLevel.SmallestSize);
            entry.LastWriteTime = Written;
            entry.ExternalAttributes = path == program ? Executable : Plain;
            using var from = File.OpenRead(Path.Combine(folder, path));
            using var to = entry.Open();
            from.CopyTo(to);
        }
    }

    private static IEnumerable<string> Paths(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal);

    private static string Program(string folder)
    {
        using var host = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "host.json")));
        var program = host.RootElement.GetProperty("customHandler").GetProperty("description").GetProperty("defaultExecutablePath").GetString()!;
        return File.Exists(Path.Combine(folder, program)) ? program : throw new FileNotFoundException($"host.json starts {program}, and {folder} does not hold it.");
    }
}
