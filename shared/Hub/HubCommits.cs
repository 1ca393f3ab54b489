using System.Net;

namespace TrainIdentity.Hub;

public sealed class HubCommits(HubHttp http, HubFiles files)
{
    private const int Sends = 3;

    /// <summary>Lets the Hub look at the plan. Photos are sent as LFS files whatever it would prefer.</summary>
    /// <exception cref="HubException">A file of ours would be ignored, or the plan is refused.</exception>
    public async Task PreuploadAsync(RepoId repo, CommitPlan plan, string gitAttributes, CancellationToken stop)
    {
        var body = new PreuploadBody(
            [
                .. plan.Files.Select(file => new PreuploadFile(file.Path, file.Content.Length, file.Content.AsSpan(0, Math.Min(512, file.Content.Length)).ToArray())),
                .. plan.LfsFiles.Select(file => new PreuploadFile(file.Path, file.Size, file.Head)),
            ],
            gitAttributes);
        var answer = await http.JsonAsync(new HubCall("preupload", HttpMethod.Post, $"/api/models/{repo}/preupload/main")
        {
            Body = HubContent.Json(body, HubJson.Default.PreuploadBody),
            PerTry = TimeSpan.FromSeconds(30),
        }, HubJson.Default.PreuploadAnswer, stop);

        var verdicts = (answer.Files ?? []).ToDictionary(verdict => verdict.Path ?? "");
        foreach (var file in body.Files)
        {
            if (!verdicts.TryGetValue(file.Path, out var verdict))
            {
                throw new HubException(HubFault.BadResponse, "preupload", "the answer leaves out a file");
            }
            if (verdict.ShouldIgnore)
            {
                throw new HubException(HubFault.Refused, "preupload", "the repo would ignore a file of ours");
            }
        }
    }

    /// <summary>
    /// Makes the commit, or finds that it is there already: a commit whose answer was lost is looked for before it is
    /// sent again, because the Hub would make a second one.
    /// </summary>
    /// <returns>The commit's oid; null when the branch holds something that is not ours.</returns>
    public async Task<string?> CommitAsync(RepoId repo, CommitPlan plan, Func<CancellationToken, Task<string>> head, TimeSpan perTry, CancellationToken stop)
    {
        for (var send = 1; ; send++)
        {
            var now = await head(stop);
            if (now != plan.Parent)
            {
                return await IsOursAsync(repo, plan, now, stop) ? now : null;
            }
            if (send > Sends)
            {
                throw new HubException(HubFault.Unavailable, "commit", "sent several times and not applied");
            }
            if (await SendAsync(repo, plan, perTry, stop) is { } oid)
            {
                return plan.Matches(await files.TreeAsync(repo, oid, stop)) ? oid : null;
            }
        }
    }

    /// <returns>Null when only the branch can tell what happened.</returns>
    private async Task<string?> SendAsync(RepoId repo, CommitPlan plan, TimeSpan perTry, CancellationToken stop)
    {
        var body = plan.ToNdjson();
        try
        {
            var answer = await http.JsonAsync(new HubCall("commit", HttpMethod.Post, $"/api/models/{repo}/commit/main")
            {
                Body = () => HubContent.Bytes(body, "application/x-ndjson"),
                PerTry = perTry,
                Tries = 1,
            }, HubJson.Default.CommitAnswer, stop);
            return GitObjects.IsCommitId(answer.CommitOid) ? answer.CommitOid : null;
        }
        catch (HubException e) when (e.OutcomeUnknown || e.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return null;
        }
    }

    private async Task<bool> IsOursAsync(RepoId repo, CommitPlan plan, string head, CancellationToken stop)
    {
        var last = await files.CommitsAsync(repo, head, 2, stop);
        return last.Count == 2 && last[0].Oid == head && last[1].Oid == plan.Parent
            && last[0].Message.Contains(plan.Trailer, StringComparison.Ordinal)
            && plan.Matches(await files.TreeAsync(repo, head, stop));
    }
}
