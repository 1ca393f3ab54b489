using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>What a create call asks for.</summary>
internal sealed record RepoAsk(RepoKey Key, bool Private, IReadOnlyDictionary<string, byte[]> Files)
{
    public Refusal? Refusal { get; private init; }

    public static RepoAsk Read(JsonObject body, string user)
    {
        var key = new RepoKey(body.Text("type") ?? "model", body.Text("organization") ?? user, body.Text("name") ?? "");
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var refusal = RefuseFields(body) ?? ReadFiles(body, files);
        return new(key, body.Text("visibility") is { } visibility ? visibility is "private" : body.Flag("private") ?? false, files)
        {
            Refusal = refusal,
        };
    }

    private static Refusal? RefuseFields(JsonObject body)
    {
        if (Zod.Text(body, "name") is { } missing) return Refusals.Invalid(missing);
        if (RepoNames.Refuse(body.Text("name")!) is { } bad) return Refusals.Invalid(bad);
        if (body["type"] is not null && body.Text("type") is not ("model" or "dataset" or "space"))
        {
            return Refusals.Invalid(Zod.Problem("expected one of \"model\"|\"dataset\"|\"space\"", "type"));
        }

        if (body["visibility"] is not null && body.Text("visibility") is not ("public" or "private" or "protected"))
        {
            return Refusals.Invalid(Zod.Problem("expected one of \"public\"|\"private\"|\"protected\"", "visibility"));
        }

        return body["private"] is not null && body.Flag("private") is null
            ? Refusals.Invalid(Zod.Expected("boolean", body["private"], "private"))
            : null;
    }

    private static Refusal? ReadFiles(JsonObject body, Dictionary<string, byte[]> files)
    {
        foreach (var file in body.Objects("files"))
        {
            var (path, content) = (file.Text("path") ?? "", file.Text("content") ?? "");
            if (!FilePaths.IsLegal(path)) return Refusals.Unprocessable($"Invalid path: {path}");
            if (Decode(content, file.Text("encoding") is "base64") is not { } bytes) return Refusals.Invalid(Zod.Problem("invalid base64", "files"));
            files[path] = bytes;
        }

        if (body.Text("license") is { } license)
        {
            _ = files.TryAdd("README.md", Encoding.UTF8.GetBytes($"---\nlicense: {license}\n---\n"));
        }

        return null;
    }

    private static byte[]? Decode(string content, bool base64)
    {
        if (!base64) return Encoding.UTF8.GetBytes(content);
        var bytes = new byte[content.Length];
        return Convert.TryFromBase64String(content, bytes, out var length) ? bytes[..length] : null;
    }
}
