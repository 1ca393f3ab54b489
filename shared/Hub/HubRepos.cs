using System.Net;

namespace TrainIdentity.Hub;

/// <summary>A repo as the Hub shows it now.</summary>
/// <param name="HubId">24 hex digits; stays the same when the repo is renamed.</param>
/// <param name="Head">Commit at the tip of <c>main</c>.</param>
public sealed record RepoInfo(string HubId, string Name, bool IsPrivate, string Head, IReadOnlyList<string> Paths);

public sealed class HubRepos(HubHttp http)
{
    private static readonly TimeSpan MutationTimeout = TimeSpan.FromSeconds(30);

    /// <summary>A repo of this name that exists already is no error here: read back whose it is.</summary>
    public Task CreatePrivateAsync(RepoId repo, CancellationToken stop)
    {
        var body = new CreateRepoBody(repo.Name, repo.Namespace, "model", "private");
        return http.SendAsync(new HubCall("create", HttpMethod.Post, "/api/repos/create")
        {
            Body = HubContent.Json(body, HubJson.Default.CreateRepoBody),
            PerTry = MutationTimeout,
            Tries = 8,
            Total = TimeSpan.FromSeconds(90),
            Expected = [HttpStatusCode.Conflict],
        }, stop);
    }

    /// <returns>Null when the Hub says there is no such repo; see <see cref="HubAccount.ProbeAsync"/> before believing it.</returns>
    public async Task<RepoInfo?> InfoAsync(RepoId repo, CancellationToken stop)
    {
        var call = new HubCall("info", HttpMethod.Get, $"/api/models/{repo}");
        try
        {
            var answer = await http.JsonAsync(call, HubJson.Default.RepoAnswer, stop);
            return answer is { Id: { } name, Sha: { } head, IsPrivate: { } isPrivate }
                ? new RepoInfo(answer.InternalId ?? "", name, isPrivate, head, [.. (answer.Siblings ?? []).Select(sibling => sibling?.Path ?? "")])
                : throw new HubException(HubFault.BadResponse, call.Name, "the answer lacks id, sha or visibility");
        }
        catch (HubException e) when (e.Fault is HubFault.RepoMissing)
        {
            return null;
        }
    }

    public Task MakePrivateAsync(RepoId repo, CancellationToken stop) =>
        http.SendAsync(new HubCall("settings", HttpMethod.Put, $"/api/models/{repo}/settings")
        {
            Body = HubContent.Json(new VisibilityBody("private"), HubJson.Default.VisibilityBody),
            PerTry = MutationTimeout,
        }, stop);

    /// <summary>Deletes the repo; one that is missing counts as deleted, so callers read back with a probe.</summary>
    public async Task DeleteAsync(RepoId repo, CancellationToken stop)
    {
        try
        {
            await http.SendAsync(new HubCall("delete", HttpMethod.Delete, "/api/repos/delete")
            {
                Body = HubContent.Json(new DeleteRepoBody(repo.Name, repo.Namespace, "model"), HubJson.Default.DeleteRepoBody),
                PerTry = MutationTimeout,
                Tries = 8,
                Total = TimeSpan.FromSeconds(120),
                Expected = [HttpStatusCode.NotFound],
            }, stop);
        }
        catch (HubException e) when (e.Fault is HubFault.RepoMissing)
        {
            // Gone before we came.
        }
    }
}
