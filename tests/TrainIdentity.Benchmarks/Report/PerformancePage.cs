using System.Globalization;
using System.Runtime.InteropServices;

namespace TrainIdentity.Benchmarks;

/// <summary>The tables of docs/performance.md, each between two marks that name it. The words around them are written by hand.</summary>
internal static class PerformancePage
{
    public static void Write(string path, Report report, DateTimeOffset at)
    {
        var page = File.ReadAllText(path);
        foreach (var (name, text) in report.Tables)
        {
            page = Between(page, name, text);
        }
        File.WriteAllText(path, Between(page, "machine", Machine(at)));
    }

    private static string Between(string page, string name, string text)
    {
        var (begin, end) = ($"<!-- {name} -->\n", $"\n<!-- /{name} -->");
        var from = page.IndexOf(begin, StringComparison.Ordinal);
        var to = from < 0 ? -1 : page.IndexOf(end, from, StringComparison.Ordinal);
        if (to < 0)
        {
            throw new InvalidOperationException($"The page has no place for the table {name}.");
        }
        return string.Concat(page.AsSpan(0, from + begin.Length), text, page.AsSpan(to));
    }

    private static string Machine(DateTimeOffset at)
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        return string.Create(CultureInfo.InvariantCulture,
            $"{at.UtcDateTime:yyyy-MM-dd}: {model}, {Environment.ProcessorCount} cores, {memory} GiB, {RuntimeInformation.OSDescription.Split(' ')[0]} {Environment.OSVersion.Version.ToString(2)}, {RuntimeInformation.FrameworkDescription}.");
    }
}
