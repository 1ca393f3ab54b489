using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>Listing repos, newest first and page by page: those of an author, as far as the caller sees them.</summary>
internal static class RepoListRoutes
{
    private static readonly string[] Usual = ["author", "private", "likes", "downloads", "tags", "pipeline_tag", "library_name", "createdAt"];

    public static void MapRepoListRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet($"/api/{{types:{RepoKey.Types}}}", List).Named(RouteNames.List);
        routes.MapGet("/api/settings/repositories", Sizes).Named(RouteNames.RepoStorage);
    }

    private static IResult List(string types, HttpContext http, Accounts accounts, RepoBook repos, HubAddress address, HubEmulatorOptions options)
    {
        if (accounts.Read(http.Request, out var caller) is { } bad) return bad;
        var query = http.Request.Query;
        List<string> expand = [.. query["expand[]"].Concat(query["expand"]).OfType<string>()];
        if (expand.Find(name => !RepoDescription.IsField(name)) is { } unknown)
        {
            return Refusals.Invalid(Zod.Problem($"unknown value \"{unknown}\"", "expand"));
        }

        var author = query["author"].ToString();
        List<Repo> seen = [.. repos.All
            .Where(repo => repo.Key.Type == types[..^1] && (author is "" || repo.Key.Space == author) && Gate.MayRead(repo, caller))
            .OrderByDescending(repo => repo.CreatedAt).ThenByDescending(repo => repo.Id, StringComparer.Ordinal)];
        var page = Page(http, seen, options.ListPageSize, address);
        return new Answer(new JsonArray([.. page.Select(repo => Describe(repo, expand is [] ? Usual : expand))]));
    }

    /// <summary>What the caller's own repos take, and what is said to be taken elsewhere.</summary>
    private static IResult Sizes(HttpContext http, Accounts accounts, AccountState account, RepoBook repos)
    {
        if (accounts.Require(http.Request, out var caller) is { } refusal) return refusal;
        var own = repos.All.Where(repo => repo.Key.Space == caller.User).Select(repo => Size(repo.Key.Id, repo.Private, repo.Objects.All.Sum(repo.Objects.SizeOf)));
        return new Answer(new JsonArray([.. own.Append(Size($"{caller.User}/elsewhere", true, account.OtherPrivateBytes))]));
    }

    private static JsonObject Size(string id, bool isPrivate, long bytes) =>
        new() { ["id"] = id, ["type"] = "model", ["visibility"] = isPrivate ? "private" : "public", ["storage"] = bytes };

    /// <summary>The repos after the one that the cursor names, be it still there or not.</summary>
    private static List<Repo> Page(HttpContext http, List<Repo> repos, int most, HubAddress address)
    {
        var query = http.Request.Query;
        var limit = int.TryParse(query["limit"], out var asked) ? Math.Clamp(asked, 1, most) : most;
        List<Repo> rest = query["cursor"].ToString().Split('.') is [var ticks, var id] && long.TryParse(ticks, out var at)
            ? [.. repos.Where(repo => (repo.CreatedAt.UtcTicks, string.CompareOrdinal(repo.Id, id)).CompareTo((at, 0)) < 0)]
            : repos;
        if (rest.Count <= limit) return rest;

        var last = rest[limit - 1];
        var kept = query.Where(pair => pair.Key is not "cursor")
            .SelectMany(pair => pair.Value.Select(value => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(value ?? "")}"))
            .Append($"cursor={last.CreatedAt.UtcTicks}.{last.Id}");
        http.Response.Headers.Link = $"<{address.Hub}{http.Request.Path}?{string.Join('&', kept)}>; rel=\"next\"";
        return rest[..limit];
    }

    private static JsonObject Describe(Repo repo, IReadOnlyList<string> fields)
    {
        lock (repo.Gate) return RepoDescription.Of(repo, repo.Head, fields, sized: false);
    }
}
