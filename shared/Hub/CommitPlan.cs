using System.Text;
using System.Text.Json;

namespace TrainIdentity.Hub;

public sealed record PlannedFile(string Path, byte[] Content);

/// <param name="Head">The first up to 512 bytes, which the Hub asks for to tell text from binary.</param>
public sealed record PlannedLfsFile(string Path, string Oid, long Size, byte[] Head);

/// <summary>One commit that leaves exactly these files in the repo.</summary>
/// <param name="Trailer">A line of the description by which a commit of ours is known again.</param>
public sealed record CommitPlan(
    string Summary, string Trailer, string Parent, IReadOnlyList<PlannedFile> Files, IReadOnlyList<PlannedLfsFile> LfsFiles)
{
    private const string AttributesPath = ".gitattributes";

    /// <summary>The text this commit gives <c>.gitattributes</c>, which decides how the Hub treats the others; null when it leaves it alone.</summary>
    public string? GitAttributes => Files.FirstOrDefault(file => file.Path == AttributesPath) is { } file ? Encoding.UTF8.GetString(file.Content) : null;

    /// <summary>True when <paramref name="tree"/> holds our files and no other.</summary>
    public bool Matches(IReadOnlyCollection<TreeFile> tree)
    {
        var expected = LfsFiles.Select(file => new Entry(file.Path, file.Size, file.Oid))
            .Concat(Files.Select(file => new Entry(file.Path, file.Content.Length, GitObjects.BlobId(file.Content))));
        return expected.ToHashSet().SetEquals(tree.Select(file => new Entry(file.Path, file.Size, file.Lfs ?? file.GitOid)));
    }

    private sealed record Entry(string Path, long Size, string Oid);

    /// <summary>NDJSON, header first (the Hub refuses any other order).</summary>
    internal byte[] ToNdjson()
    {
        using var body = new MemoryStream();
        Line(body, "header", json =>
        {
            json.WriteString("summary", Summary);
            json.WriteString("description", Trailer);
            json.WriteString("parentCommit", Parent);
        });
        foreach (var file in Files)
        {
            Line(body, "file", json =>
            {
                json.WriteString("path", file.Path);
                json.WriteString("encoding", "base64");
                json.WriteBase64String("content", file.Content);
            });
        }
        foreach (var file in LfsFiles)
        {
            Line(body, "lfsFile", json =>
            {
                json.WriteString("path", file.Path);
                json.WriteString("algo", "sha256");
                json.WriteString("oid", file.Oid);
                json.WriteNumber("size", file.Size);
            });
        }
        return body.ToArray();
    }

    /// <summary>The body of a commit that only takes files out.</summary>
    internal static byte[] Removal(string summary, string parent, IReadOnlyList<string> paths)
    {
        using var body = new MemoryStream();
        Line(body, "header", json =>
        {
            json.WriteString("summary", summary);
            json.WriteString("parentCommit", parent);
        });
        foreach (var path in paths)
        {
            Line(body, "deletedFile", json => json.WriteString("path", path));
        }
        return body.ToArray();
    }

    private static void Line(MemoryStream body, string key, Action<Utf8JsonWriter> value)
    {
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteStartObject("value");
            value(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        body.WriteByte((byte)'\n');
    }
}
