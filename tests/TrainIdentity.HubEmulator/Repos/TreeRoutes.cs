using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>Listing files: page by page, or by path.</summary>
internal static class TreeRoutes
{
    private const string Address = $"/api/{{types:{RepoKey.Types}}}/{{ns}}/{{name}}";
    private const int PageSize = 1000;
    private const int ExpandedPageSize = 50;
    private const int MaxPaths = 2000;

    public static void MapTreeRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet($"{Address}/tree/{{**path}}", List).Named(RouteNames.Tree);
        routes.MapPost($"{Address}/paths-info/{{**revision}}", PathsAsync).Named(RouteNames.Paths);
    }

    private static IResult List(HttpContext http, Gate gate, HubAddress address)
    {
        if (gate.Enter(http, RepoNeed.Read, out var repo, out _) is { } closed) return closed;
        var (revision, path) = RawTarget.OfApi(http);
        lock (repo.Gate)
        {
            if (repo.Find(revision) is not { } commit) return Refusals.RevisionNotFound(revision);
            if (path is not "" && !commit.Folders.ContainsKey(path)) return Refusals.EntryNotFound(commit.Sha);
            var expand = http.Request.Query["expand"] is ["true" or "1" or "True"];
            var entries = Entries(commit, path, recursive: http.Request.Query["recursive"] is ["true" or "1" or "True"]);
            var page = Page(http, entries, Limit(http, expand), address);
            return new Answer(new JsonArray([.. page.Select(entry => expand ? entry.WithLastCommit(repo, commit) : entry)]));
        }
    }

    private static List<JsonObject> Entries(GitCommit commit, string folder, bool recursive)
    {
        var prefix = folder is "" ? "" : $"{folder}/";
        bool Inside(string path) => path.StartsWith(prefix, StringComparison.Ordinal) && (recursive || path.IndexOf('/', prefix.Length) < 0);
        return [.. commit.Files.Where(file => Inside(file.Key)).Select(file => RepoDescription.File(file.Key, file.Value))
            .Concat(commit.Folders.Where(inner => Inside(inner.Key)).Select(inner => RepoDescription.Folder(inner.Key, inner.Value)))
            .OrderBy(entry => (string)entry["path"]!, StringComparer.Ordinal)];
    }

    private static int Limit(HttpContext http, bool expand)
    {
        var most = expand ? ExpandedPageSize : PageSize;
        return int.TryParse(http.Request.Query["limit"], out var limit) ? Math.Clamp(limit, 1, most) : most;
    }

    /// <summary>The entries after the cursor; a <c>Link</c> header tells where the rest is.</summary>
    private static List<JsonObject> Page(HttpContext http, List<JsonObject> entries, int limit, HubAddress address)
    {
        var after = http.Request.Query["cursor"].ToString() is { Length: > 0 } cursor ? FromCursor(cursor) : "";
        var rest = entries.SkipWhile(entry => string.CompareOrdinal((string)entry["path"]!, after) <= 0).ToList();
        if (rest.Count <= limit) return rest;

        var query = http.Request.Query.Where(pair => pair.Key is not "cursor")
            .SelectMany(pair => pair.Value.Select(value => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(value ?? "")}"))
            .Append($"cursor={Uri.EscapeDataString(ToCursor((string)rest[limit - 1]["path"]!))}");
        var raw = RawTarget.TextOf(http).Split('?')[0];
        http.Response.Headers.Link = $"<{address.Hub}{raw}?{string.Join('&', query)}>; rel=\"next\"";
        return rest[..limit];
    }

    private static string ToCursor(string path) => Convert.ToBase64String(Encoding.UTF8.GetBytes(path));

    private static string FromCursor(string cursor)
    {
        var bytes = new byte[cursor.Length];
        return Convert.TryFromBase64String(cursor, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
    }

    private static async Task<IResult> PathsAsync(HttpContext http, Gate gate)
    {
        if (gate.Enter(http, RepoNeed.Read, out var repo, out _) is { } closed) return closed;
        var (paths, expand) = await AskedAsync(http);
        if (paths is null) return Refusals.Invalid(Zod.Expected("array", null, "paths"));
        if (paths.Count > MaxPaths) return Refusals.Invalid($"✖ Too big: expected array to have <={MaxPaths} items\n  → at paths");

        var revision = RawTarget.OfApi(http).Revision;
        lock (repo.Gate)
        {
            if (repo.Find(revision) is not { } commit) return Refusals.RevisionNotFound(revision);
            var found = paths.Select(path => Entry(commit, path)).OfType<JsonObject>();
            return new Answer(new JsonArray([.. found.Select(entry => expand ? entry.WithLastCommit(repo, commit) : entry)]));
        }
    }

    private static JsonObject? Entry(GitCommit commit, string path) =>
        commit.Files.TryGetValue(path, out var file) ? RepoDescription.File(path, file)
        : commit.Folders.TryGetValue(path, out var oid) ? RepoDescription.Folder(path, oid)
        : null;

    private static async Task<(IReadOnlyList<string>? Paths, bool Expand)> AskedAsync(HttpContext http)
    {
        if (http.Request.HasFormContentType)
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            return ([.. form["paths"].OfType<string>()], form["expand"] is ["true" or "True"]);
        }

        var body = await JsonBody.ReadAsync(http.Request, http.RequestAborted);
        return (body?["paths"] is JsonArray ? [.. body.Texts("paths")] : null, body?.Flag("expand") ?? false);
    }
}
