using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Webhooks;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>Refs and commits.</summary>
internal static class HistoryRoutes
{
    private const string Address = $"/api/{{types:{RepoKey.Types}}}/{{ns}}/{{name}}";

    public static void MapHistoryRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet($"{Address}/refs", ListRefs).Named(RouteNames.History);
        routes.MapGet($"{Address}/commits/{{**revision}}", ListCommits).Named(RouteNames.History);
        routes.MapPost($"{Address}/branch/{{**revision}}", AddBranchAsync).Named(RouteNames.History);
        routes.MapDelete($"{Address}/branch/{{**revision}}", (HttpContext http, Gate gate, RepoBook repos, RepoEvents events) =>
            Remove(http, gate, repos, events, "refs/heads/")).Named(RouteNames.History);
        routes.MapPost($"{Address}/tag/{{**revision}}", AddTagAsync).Named(RouteNames.History);
        routes.MapDelete($"{Address}/tag/{{**revision}}", (HttpContext http, Gate gate, RepoBook repos, RepoEvents events) =>
            Remove(http, gate, repos, events, "refs/tags/")).Named(RouteNames.History);
    }

    private static IResult ListRefs(HttpContext http, Gate gate)
    {
        if (gate.Enter(http, RepoNeed.Read, out var repo, out _) is { } closed) return closed;
        lock (repo.Gate)
        {
            JsonArray Under(string prefix) => new([.. repo.Refs
                .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(entry => new JsonObject { ["name"] = entry.Key[prefix.Length..], ["ref"] = entry.Key, ["targetCommit"] = entry.Value })]);
            var answer = new JsonObject
            {
                ["branches"] = Under("refs/heads/"),
                ["converts"] = Under("refs/convert/"),
                ["tags"] = Under("refs/tags/"),
            };
            if (http.Request.Query["include_prs"] is ["1" or "true" or "True"]) answer["pullRequests"] = Under("refs/pr/");
            return new Answer(answer);
        }
    }

    private static IResult ListCommits(HttpContext http, Gate gate, HubAddress address)
    {
        if (gate.Enter(http, RepoNeed.Read, out var repo, out _) is { } closed) return closed;
        var revision = RawTarget.OfApi(http).Revision;
        var query = http.Request.Query;
        var page = int.TryParse(query["p"], out var p) ? Math.Max(0, p) : 0;
        var limit = int.TryParse(query["limit"], out var asked) ? Math.Clamp(asked, 1, 1000) : 50;
        lock (repo.Gate)
        {
            if (repo.Find(revision) is not { } commit) return Refusals.RevisionNotFound(revision);
            var all = repo.History(commit).ToList();
            http.Response.Headers["X-Total-Count"] = all.Count.ToString();
            if ((page + 1) * limit < all.Count)
            {
                http.Response.Headers.Link = $"<{address.Hub}{http.Request.Path}?p={page + 1}&limit={limit}>; rel=\"next\"";
            }

            return new Answer(new JsonArray([.. all.Skip(page * limit).Take(limit).Select(Describe)]));
        }
    }

    private static JsonObject Describe(GitCommit commit) => new()
    {
        ["id"] = commit.Sha,
        ["title"] = commit.Title,
        ["message"] = commit.Message,
        ["authors"] = new JsonArray(new JsonObject { ["user"] = commit.Author, ["avatar"] = "/avatars/0f3a.svg" }),
        ["date"] = HubTime.Format(commit.At),
    };

    private static async Task<IResult> AddBranchAsync(HttpContext http, Gate gate, RepoBook repos, RepoEvents events, TimeProvider clock)
    {
        if (gate.Enter(http, RepoNeed.Write, out var repo, out var caller) is { } closed) return closed;
        var body = await JsonBody.ReadAsync(http.Request, http.RequestAborted) ?? [];
        var (reference, from) = ($"refs/heads/{Whole(http)}", body.Text("startingPoint"));
        var (empty, overwrite) = (body.Flag("emptyBranch") is true, body.Flag("overwrite") is true);
        lock (repo.Gate)
        {
            // The official client calls overwriting with nothing in particular a no-op.
            if (overwrite && from is null && !empty && repo.Refs.ContainsKey(reference)) return TypedResults.Text("OK");
            if (empty) from = repo.Keep(GitCommit.Create(null, caller!.User, clock.GetUtcNow(), ("Initial commit", ""), repo.Head.Files.Clear())).Sha;
            return Add(repo, reference, from ?? "main", overwrite, repos, events);
        }
    }

    private static async Task<IResult> AddTagAsync(HttpContext http, Gate gate, RepoBook repos, RepoEvents events)
    {
        if (gate.Enter(http, RepoNeed.Write, out var repo, out _) is { } closed) return closed;
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return JsonBody.NotAnObject;
        if (Zod.Text(body, "tag") is { } missing) return Refusals.Invalid(missing);
        return Add(repo, $"refs/tags/{body.Text("tag")}", Whole(http), overwrite: false, repos, events);
    }

    private static IResult Add(Repo repo, string reference, string from, bool overwrite, RepoBook repos, RepoEvents events)
    {
        lock (repo.Gate)
        {
            if (repo.Deleted) return Refusals.RepoNotFound;
            if (repo.Find(from) is not { } commit) return Refusals.RevisionNotFound(from);
            var old = repo.Refs.GetValueOrDefault(reference);
            if (old is not null && !overwrite) return new Refusal(409, "Reference already exists");
            repo.Refs[reference] = commit.Sha;
            repos.Save(repo);
            events.Pushed(repo, reference, old, commit.Sha);
            return TypedResults.Text("OK");
        }
    }

    private static IResult Remove(HttpContext http, Gate gate, RepoBook repos, RepoEvents events, string prefix)
    {
        if (gate.Enter(http, RepoNeed.Write, out var repo, out _) is { } closed) return closed;
        var name = Whole(http);
        lock (repo.Gate)
        {
            if (repo.Deleted) return Refusals.RepoNotFound;
            var reference = prefix + name;
            if (reference is Repo.Main) return Refusals.Forbidden("The main branch cannot be deleted");
            if (!repo.Refs.Remove(reference, out var old)) return Refusals.RevisionNotFound(name);
            repos.Save(repo);
            events.Pushed(repo, reference, old, null);
            return TypedResults.Text("OK");
        }
    }

    /// <summary>A branch may have slashes, encoded or not.</summary>
    private static string Whole(HttpContext http) =>
        RawTarget.OfApi(http) is var (revision, path) && path is "" ? revision : $"{revision}/{path}";
}
