using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Lfs;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Commits;

/// <summary>Reads a commit body, NDJSON or the legacy JSON form; file contents go to the blob store on the way.</summary>
internal sealed class CommitParser(BlobStore blobs)
{
    private const string NoHeader = "✖ Invalid input: expected string, received undefined\n  → at value.summary";

    private readonly List<Change> _changes = [];
    private JsonObject? _header;

    public Refusal? Refusal { get; private set; }

    /// <summary>Null when refused; <see cref="Refusal"/> says why.</summary>
    public async Task<CommitAsk?> ReadAsync(HttpRequest request, CancellationToken stop)
    {
        if (request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) is true)
        {
            ReadLegacy(await JsonBody.ReadAsync(request, stop));
            return Result();
        }

        await foreach (var line in CommitLines.ReadAsync(request.BodyReader, stop))
        {
            if (line.AsSpan().IndexOfAnyExcept(" \r\t"u8) < 0) continue;
            Refusal = Read(line);
            if (Refusal is not null) return null;
        }

        return Result();
    }

    private CommitAsk? Result()
    {
        if (_header is null) Refusal ??= Refusals.Invalid(NoHeader);
        if (Refusal is not null) return null;
        return new(_header!.Text("summary")!, _header!.Text("description") ?? "", _header!.Text("parentCommit"), _changes);
    }

    private Refusal? Read(byte[] line)
    {
        if (Parse(line) is not { } item) return Refusals.Invalid(_header is null ? NoHeader : Zod.Problem("expected JSON", null));
        var value = item["value"] as JsonObject ?? [];
        if (_header is null) return item.Text("key") is "header" ? ReadHeader(value) : Refusals.Invalid(NoHeader);
        return item.Text("key") switch
        {
            "file" => ReadFile(value),
            "lfsFile" => ReadObject(value),
            "deletedFile" => ReadDeletion(value, file: true, folder: false),
            "deletedFolder" => ReadDeletion(value, file: false, folder: true),
            "deletedEntry" => ReadDeletion(value, file: true, folder: true),
            _ => Refusals.Invalid(Zod.Problem("no matching discriminator", "key")),
        };
    }

    private static JsonObject? Parse(byte[] line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Refusal? ReadHeader(JsonObject value)
    {
        if (Zod.Text(value, "summary", "value") is { } missing) return Refusals.Invalid(missing);
        if (value.Text("summary") is "")
        {
            return Refusals.Invalid("✖ Too small: expected string to have >=1 characters\n  → at value.summary");
        }

        if (value["parentCommit"] is not null && value.Text("parentCommit") is not { Length: >= 5 and <= 40 })
        {
            return Refusals.Invalid(Zod.Problem("expected a commit id", "value.parentCommit"));
        }

        _header = value;
        return null;
    }

    private Refusal? ReadFile(JsonObject value)
    {
        if (PathOf(value, out var path) is { } refusal) return refusal;
        if (value.Text("oldPath") is { } oldPath) return Add(new MoveFile(path, oldPath));
        if (Zod.Text(value, "content", "value") is { } missing) return Refusals.Invalid(missing);
        var content = value.Text("content")!;
        if (value.Text("encoding") is not "base64") return Add(new PutFile(path, blobs.Write(Encoding.UTF8.GetBytes(content))));

        var bytes = new byte[content.Length / 4 * 3];
        return Convert.TryFromBase64String(content, bytes, out var length)
            ? Add(new PutFile(path, blobs.Write(bytes[..length])))
            : Refusals.Invalid(Zod.Problem("invalid base64", "value.content"));
    }

    private Refusal? ReadObject(JsonObject value)
    {
        if (PathOf(value, out var path) is { } refusal) return refusal;
        if (value.Text("oldPath") is { } oldPath) return Add(new MoveFile(path, oldPath));
        if (value.Text("algo") is not "sha256") return Refusals.Invalid(Zod.Problem("expected \"sha256\"", "value.algo"));
        return LfsPointer.IsOid(value.Text("oid"))
            ? Add(new PutObject(path, value.Text("oid")!, value.Number("size")))
            : Refusals.Invalid(Zod.Problem("expected a SHA-256 in hex", "value.oid"));
    }

    private Refusal? ReadDeletion(JsonObject value, bool file, bool folder)
    {
        if (Zod.Text(value, "path", "value") is { } missing) return Refusals.Invalid(missing);
        var path = value.Text("path")!;
        var asFolder = folder && path.EndsWith('/');
        return Add(new DeleteEntry(path.TrimEnd('/'), file && !asFolder, folder));
    }

    private static Refusal? PathOf(JsonObject value, out string path)
    {
        path = value.Text("path") ?? "";
        if (Zod.Text(value, "path", "value") is { } missing) return Refusals.Invalid(missing);
        return FilePaths.IsLegal(path) ? null : Refusals.Unprocessable($"Invalid path: {path}");
    }

    private Refusal? Add(Change change)
    {
        _changes.Add(change);
        return null;
    }

    private void ReadLegacy(JsonObject? body)
    {
        Refusal = body is null ? JsonBody.NotAnObject : ReadHeader(body);
        if (body is null) return;
        foreach (var item in body.Objects("deletedEntries")) Refusal ??= ReadDeletion(item, file: true, folder: true);
        foreach (var item in body.Objects("files")) Refusal ??= ReadFile(item);
        foreach (var item in body.Objects("lfsFiles")) Refusal ??= ReadObject(item);
    }
}
