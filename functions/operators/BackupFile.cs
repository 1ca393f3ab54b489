using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>A file that is no whole backup, or none that this version reads; the text says which.</summary>
internal sealed class BackupFileException(string message) : Exception(message);

/// <summary>A backup as a file: a line that says what it is, a line for every row, and a line with their number, without which it was broken off.</summary>
internal static class BackupFile
{
    /// <summary>The table of records.</summary>
    public const string Records = "records";

    /// <summary>The table of claims, work items and marks.</summary>
    public const string Index = "index";

    private const string Head = "train-identity backup 1";

    /// <returns>The file, which only its owner may read, and which was not there before.</returns>
    public static StreamWriter Create(string path, DateTimeOffset now)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        var lines = new StreamWriter(path, new UTF8Encoding(false), options) { NewLine = "\n" };
        lines.WriteLine($$"""{"{{Head}}":"{{now.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}}"}""");
        return lines;
    }

    public static Task WriteAsync(StreamWriter lines, string table, TableEntity row) => lines.WriteLineAsync($$"""{"{{table}}":{{RowText.Write(row)}}}""");

    public static async Task EndAsync(StreamWriter lines, long rows, CancellationToken stop)
    {
        await lines.WriteLineAsync($$"""{"rows":{{rows.ToString(CultureInfo.InvariantCulture)}}}""");
        await lines.FlushAsync(stop);
        ((FileStream)lines.BaseStream).Flush(flushToDisk: true);
    }

    /// <summary>Reads all of it, so that nothing is written from a file that is not whole.</summary>
    /// <exception cref="BackupFileException">It is no backup, broken off, or of a later version.</exception>
    public static async Task CheckAsync(string path, CancellationToken stop)
    {
        await foreach (var (_, row) in ReadAsync(path, stop))
        {
            if (!RowFormat.IsKnown(row))
            {
                throw new BackupFileException("Rows in this backup are of a later version of the service: restore it with that one.");
            }
        }
    }

    public static async IAsyncEnumerable<(string Table, TableEntity Row)> ReadAsync(string path, [EnumeratorCancellation] CancellationToken stop)
    {
        using var lines = new StreamReader(path);
        if (Parse(await lines.ReadLineAsync(stop)).Name != Head)
        {
            throw new BackupFileException("This is no backup that this version of the service reads.");
        }

        var rows = 0L;
        while (Parse(await lines.ReadLineAsync(stop)) is var (name, value))
        {
            if (name is "rows" && value.GetInt64() == rows && await lines.ReadLineAsync(stop) is null)
            {
                yield break;
            }
            if (name is not (Records or Index))
            {
                throw new BackupFileException("This backup is not whole: use another one.");
            }
            rows++;
            yield return (name, RowText.Read(value));
        }
    }

    /// <summary>Of a line cut short, and where there is none, there is nothing.</summary>
    private static (string? Name, JsonElement Value) Parse(string? line)
    {
        try
        {
            using var json = JsonDocument.Parse(line ?? "{}");
            return json.RootElement.EnumerateObject().Select(member => (member.Name, member.Value.Clone())).SingleOrDefault();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }
}
