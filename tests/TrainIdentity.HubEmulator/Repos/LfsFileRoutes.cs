using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Webhooks;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>The LFS objects of a repo, committed or not, and their removal for good.</summary>
internal static class LfsFileRoutes
{
    private const string Address = $"/api/{{types:{RepoKey.Types}}}/{{ns}}/{{name}}/lfs-files";
    private const int PageSize = 1000;
    private const int MaxDeletions = 1000;

    public static void MapLfsFileRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, List).Named(RouteNames.LfsFiles);
        routes.MapPost($"{Address}/batch", DeleteAsync).Named(RouteNames.LfsFiles);
    }

    private static IResult List(HttpContext http, Gate gate, HubAddress address)
    {
        if (gate.Enter(http, RepoNeed.Read, out var repo, out _) is { } closed) return closed;
        var query = http.Request.Query;
        var limit = int.TryParse(query["limit"], out var asked) ? Math.Clamp(asked, 1, PageSize) : PageSize;
        lock (repo.Gate)
        {
            var rest = repo.Objects.All.Where(oid => string.CompareOrdinal(oid, query["cursor"]) > 0).Order(StringComparer.Ordinal).ToList();
            if (rest.Count > limit)
            {
                http.Response.Headers.Link = $"<{address.Hub}{http.Request.Path}?limit={limit}&cursor={rest[limit - 1]}>; rel=\"next\"";
            }

            return new Answer(new JsonArray([.. rest.Take(limit).Select(oid => Describe(repo, oid))]));
        }
    }

    private static JsonObject Describe(Repo repo, string oid)
    {
        var described = new JsonObject
        {
            ["fileOid"] = oid,
            ["oid"] = oid,
            ["size"] = repo.Objects.SizeOf(oid),
            ["pushedAt"] = HubTime.Format(File.GetLastWriteTimeUtc(repo.Objects.PathOf(oid))),
        };
        if (Place(repo, oid) is var (path, reference, author))
        {
            described["filename"] = path;
            described["ref"] = reference;
            described["pusher"] = new JsonObject { ["name"] = author };
        }

        return described;
    }

    /// <summary>Where it is, or last was, committed.</summary>
    private static (string Path, string Ref, string Author)? Place(Repo repo, string oid)
    {
        foreach (var (reference, head) in repo.Refs)
        {
            foreach (var commit in repo.History(repo.Commits[head]))
            {
                if (commit.Files.FirstOrDefault(file => file.Value.Oid == oid) is { Key: { } path }) return (path, reference, commit.Author);
            }
        }

        return null;
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Gate gate, RepoBook repos, RepoEvents events)
    {
        if (gate.Enter(http, RepoNeed.Write, out var repo, out _) is { } closed) return closed;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        if (body["deletions"] is not JsonObject deletions || deletions["sha"] is not JsonArray { Count: > 0 and <= MaxDeletions })
        {
            return Refusals.Invalid(Zod.Problem($"expected 1 to {MaxDeletions} items", "deletions.sha"));
        }

        var oids = deletions.Texts("sha").ToHashSet(StringComparer.Ordinal);
        lock (repo.Gate)
        {
            if (repo.Deleted) return Refusals.RepoNotFound;
            var moved = deletions.Flag("rewriteHistory") is false ? [] : HistoryRewrite.Forget(repo, oids);
            repos.Save(repo);
            foreach (var oid in oids) repo.Objects.Lose(oid);
            foreach (var reference in moved) events.Pushed(repo, reference.Name, reference.Old, reference.New);
        }

        return new Answer(new JsonObject());
    }
}
