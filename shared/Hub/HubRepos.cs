using System.Net;

namespace TrainIdentity.Hub;

/// <summary>A repo as the Hub shows it now.</summary>
/// <param name="HubId">24 hex digits; stays the same when the repo is renamed.</param>
/// <param name="Name"><c>namespace/name</c> as it is today; another one than was asked for when the repo was moved.</param>
/// <param name="Head">Commit at the tip of <c>main</c>.</param>
public sealed record RepoInfo(string HubId, string Name, bool IsPrivate, string Head, IReadOnlyList<string> Paths);

/// <summary>A repo in a listing of its namespace.</summary>
public sealed record RepoListed(string HubId, RepoId Repo, bool IsPrivate);

/// <param name="Next">Where the listing goes on: plain ASCII, may be kept and given back later. Null at the end.</param>
public sealed record RepoPage(IReadOnlyList<RepoListed> Repos, string? Next);

public sealed class HubRepos(HubHttp http)
{
    private const string ListPath = "/api/models?";
    private static readonly TimeSpan MutationTimeout = TimeSpan.FromSeconds(30);

    private readonly CreateTurns _turns = new(http.Clock);

    /// <returns>False when a repo of this name exists already: read back whose it is.</returns>
    public async Task<bool> CreatePrivateAsync(RepoId repo, CancellationToken stop)
    {
        var body = new CreateRepoBody(repo.Name, repo.Namespace, "model", "private");
        var call = new HubCall("create", HttpMethod.Post, "/api/repos/create")
        {
            Body = HubContent.Json(body, HubJson.Default.CreateRepoBody),
            PerTry = MutationTimeout,
            Tries = 8,
            Total = TimeSpan.FromSeconds(90),
            WaitsItsTurn = true,
            Expected = [HttpStatusCode.Conflict],
        };
        return (await _turns.TakeAsync(call, left => http.SendAsync(call with { Total = left }, stop), stop)).Ok;
    }

    /// <summary>One page of the model repos of a namespace that our token sees, newest first.</summary>
    /// <param name="cursor">Null to begin, otherwise <see cref="RepoPage.Next"/> of the page before.</param>
    /// <exception cref="HubException">Among others <see cref="HubFault.Refused"/> for a cursor that no longer counts: begin again.</exception>
    public async Task<RepoPage> ListAsync(string space, string? cursor, CancellationToken stop)
    {
        var call = new HubCall("list", HttpMethod.Get, cursor ?? $"{ListPath}author={Uri.EscapeDataString(space)}&sort=createdAt&limit=500&expand[]=private");
        if (!call.Path.StartsWith(ListPath, StringComparison.Ordinal))
        {
            throw new HubException(HubFault.Refused, call.Name, "a cursor of something else");
        }

        var answer = await http.SendAsync(call, stop);
        var listed = HubHttp.Parse(call, answer, HubJson.Default.ListRepoAnswer).Select(repo => Listed(call, repo));
        var next = http.NextPage(call, answer);
        return next is null || next.StartsWith(ListPath, StringComparison.Ordinal)
            ? new RepoPage([.. listed.Where(repo => repo.Repo.Namespace.Equals(space, StringComparison.OrdinalIgnoreCase))], next)
            : throw new HubException(HubFault.BadResponse, call.Name, "the listing goes on elsewhere");
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

    /// <returns>False when the Hub shows it to nobody with our token; of a gated repo, also while its terms are not accepted.</returns>
    public async Task<bool> MayReadAsync(RepoId repo, CancellationToken stop)
    {
        try
        {
            var call = new HubCall("auth-check", HttpMethod.Get, $"/api/models/{repo}/auth-check") { Expected = [HttpStatusCode.Forbidden, HttpStatusCode.NotFound] };
            return (await http.SendAsync(call, stop)).Ok;
        }
        catch (HubException e) when (e.Fault is HubFault.RepoMissing)
        {
            return false;
        }
    }

    private static RepoListed Listed(HubCall call, RepoAnswer? repo) =>
        repo is { InternalId: { Length: > 0 } id, IsPrivate: { } isPrivate } && RepoId.TryParse(repo.Id, out var name)
            ? new RepoListed(id, name, isPrivate)
            : throw new HubException(HubFault.BadResponse, call.Name, "a repo lacks id, name or visibility");

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
