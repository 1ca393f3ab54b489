using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Commits;

/// <summary>Says per file whether it goes into git or through LFS.</summary>
internal static class Preupload
{
    private const int MaxFiles = 1000;

    /// <summary>Binary files above this are not for git, though text may be up to <see cref="TreeEdit.MaxRegularBytes"/>.</summary>
    private const long MaxBinaryBytes = 1L << 20;

    public static async Task<IResult> AnswerAsync(HttpContext http, Gate gate)
    {
        var need = http.Request.Query["create_pr"] == "1" ? RepoNeed.Read : RepoNeed.Write;
        if (gate.Enter(http, need, out var repo, out var caller) is { } closed) return closed;
        if (caller is null) return Refusals.Anonymous;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        if (Refuse(body) is { } refusal) return refusal;

        lock (repo.Gate)
        {
            var revision = RawTarget.OfApi(http).Revision;
            if (repo.Find(revision) is not { } head) return Refusals.RevisionNotFound(revision);
            var attributes = body.Text("gitAttributes") ?? repo.TextOf(head, GitAttributes.Path);
            var large = GitPatterns.LfsOf(attributes);
            var ignored = GitPatterns.IgnoredBy(body.Text("gitIgnore") ?? repo.TextOf(head, ".gitignore"));
            return new Answer(new JsonObject
            {
                ["files"] = new JsonArray([.. body.Objects("files").Select(file => Answer(file, head, large, ignored))]),
                ["commitOid"] = head.Sha,
            });
        }
    }

    private static Refusal? Refuse(JsonObject body)
    {
        if (body["files"] is not JsonArray files) return Refusals.Unprocessable(Zod.Expected("array", body["files"], "files"));
        if (files.Count > MaxFiles) return Refusals.Unprocessable($"✖ Too big: expected array to have <={MaxFiles} items\n  → at files");
        foreach (var (file, at) in body.Objects("files").Select((file, n) => (file, $"files[{n}]")))
        {
            if (Zod.Text(file, "path", at) is { } noPath) return Refusals.Unprocessable(noPath);
            if (file.Number("size") is null) return Refusals.Unprocessable(Zod.Expected("number", file["size"], $"{at}.size"));
            if (Zod.Text(file, "sample", at) is { } noSample) return Refusals.Unprocessable(noSample);
            if (!FilePaths.IsLegal(file.Text("path")!)) return Refusals.Unprocessable($"Invalid path: {file.Text("path")}");
        }

        return null;
    }

    private static JsonObject Answer(JsonObject file, GitCommit head, GitPatterns large, GitPatterns ignored)
    {
        var path = file.Text("path")!;
        var answer = new JsonObject
        {
            ["path"] = path,
            ["uploadMode"] = large.Match(path) || IsLarge(file) ? "lfs" : "regular",
            ["shouldIgnore"] = ignored.Match(path),
        };
        if (head.Files.TryGetValue(path, out var present)) answer["oid"] = present.Oid ?? present.BlobSha;
        return answer;
    }

    private static bool IsLarge(JsonObject file)
    {
        var size = file.Number("size")!.Value;
        return size > TreeEdit.MaxRegularBytes || (size > MaxBinaryBytes && IsBinary(file.Text("sample")!));
    }

    private static bool IsBinary(string sample)
    {
        var bytes = new byte[sample.Length];
        return Convert.TryFromBase64String(sample, bytes, out var length) && bytes.AsSpan(0, length).Contains((byte)0);
    }
}
