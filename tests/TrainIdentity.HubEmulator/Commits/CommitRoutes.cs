using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Commits;

internal static class CommitRoutes
{
    private const string Repo = $"/api/{{types:{RepoKey.Types}}}/{{ns}}/{{name}}";

    public static void MapCommitRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{Repo}/commit/{{**revision}}", CommitAsync).Named(RouteNames.Commit);
        routes.MapPost($"{Repo}/preupload/{{**revision}}", Preupload.AnswerAsync).Named(RouteNames.Preupload);
    }

    private static async Task<IResult> CommitAsync(HttpContext http, Gate gate, Committing committing, HubAddress address)
    {
        var asPull = http.Request.Query["create_pr"] == "1";
        if (gate.Enter(http, asPull ? RepoNeed.Read : RepoNeed.Write, out var repo, out var caller) is { } closed) return closed;
        if (caller is null) return Refusals.Anonymous;

        try
        {
            var parser = new CommitParser(repo.Blobs);
            if (await parser.ReadAsync(http.Request, http.RequestAborted) is not { } ask) return parser.Refusal!;
            var outcome = committing.Apply(repo, RawTarget.OfApi(http).Revision, ask, caller, asPull);
            return outcome.Refusal as IResult ?? Made(repo, outcome, address);
        }
        catch (InvalidDataException e)
        {
            return new Refusal(413, e.Message);
        }
        catch (IOException) when (repo.Deleted)
        {
            return Refusals.RepoNotFound;
        }
    }

    private static Answer Made(Repo repo, CommitOutcome outcome, HubAddress address)
    {
        var page = $"{address.Hub}/{repo.Key.Prefix}{repo.Key.Id}";
        var answer = new JsonObject
        {
            ["success"] = true,
            ["commitOid"] = outcome.Sha,
            ["commitUrl"] = $"{page}/commit/{outcome.Sha}",
            ["hookOutput"] = "",
        };
        if (outcome.Pull is { } pull) answer["pullRequestUrl"] = $"{page}/discussions/{pull}";
        return new(answer);
    }
}
