using System.IO.Compression;

namespace TrainIdentity.Training;

/// <summary>
/// The runner, sent along with every job: one zip file of Python that Python runs as it is. The same sources give the same
/// bytes. As text it must fit into one variable of the job's environment, which Linux limits to 128 KiB.
/// </summary>
internal static class Runner
{
    private const string Folder = "runner/";

    /// <summary>Writes the file where it can and runs it in place of itself, so that signals and the exit code are its own.</summary>
    public static readonly IReadOnlyList<string> Command =
        ["bash", "-c", "r=\"${TMPDIR:-/tmp}/idt-runner.pyz\" && printf %s \"$IDT_RUNNER_B64\" | base64 -d > \"$r\" && exec python3 \"$r\""];

    // The zip format knows no earlier time; any other would make each build another file.
    private static readonly DateTimeOffset Never = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string Base64 => field ??= Convert.ToBase64String(Zip());

    private static byte[] Zip()
    {
        var assembly = typeof(Runner).Assembly;
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                var entry = zip.CreateEntry(name[Folder.Length..], CompressionLevel.SmallestSize);
                entry.LastWriteTime = Never;
                using var source = assembly.GetManifestResourceStream(name)!;
                using var target = entry.Open();
                source.CopyTo(target);
            }
        }
        return file.ToArray();
    }
}
