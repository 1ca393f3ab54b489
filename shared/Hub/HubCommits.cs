using System.Net;
using System.Security.Cryptography;

namespace TrainIdentity.Hub;

public sealed class HubCommits(HubHttp http, HubFiles files, LfsObjects lfs)
{
    private const int Sends = 3;
    private const int SampleBytes = 512;
    private static readonly TimeSpan RemovalTime = TimeSpan.FromSeconds(60);

    /// <summary>Lets the Hub look at LFS files before they are sent. They stay LFS files whatever it would prefer.</summary>
    /// <exception cref="HubException">One of them would be ignored, or a path is refused.</exception>
    public async Task PreuploadAsync(RepoId repo, CommitPlan plan, CancellationToken stop)
    {
        var verdicts = await AskAsync(repo, [.. plan.LfsFiles.Select(file => new PreuploadFile(file.Path, file.Size, file.Head))], plan.GitAttributes, stop);
        if (verdicts.Values.Any(verdict => verdict.ShouldIgnore))
        {
            throw new HubException(HubFault.Refused, "preupload", "the repo would ignore a photo");
        }
    }

    /// <summary>Obeys the Hub about the other files: what it ignores is left out, and what it wants as LFS is sent so.</summary>
    public async Task<CommitPlan> PrepareAsync(RepoId repo, CommitPlan plan, CancellationToken stop)
    {
        var asked = plan.Files.Select(file => new PreuploadFile(file.Path, file.Content.Length, file.Content.AsSpan(0, Math.Min(SampleBytes, file.Content.Length)).ToArray()));
        var verdicts = await AskAsync(repo, [.. asked], plan.GitAttributes, stop);
        var large = plan.Files.Where(file => verdicts[file.Path] is { ShouldIgnore: false, UploadMode: "lfs" } && file.Content.Length > 0)
            .ToDictionary(file => file.Path, file => new LfsContent(
                Convert.ToHexStringLower(SHA256.HashData(file.Content)), file.Content.Length, () => new MemoryStream(file.Content, writable: false)));
        if (large.Count > 0)
        {
            await lfs.UploadAsync(repo, large.Values, stop);
        }
        return plan with
        {
            Files = [.. plan.Files.Where(file => !verdicts[file.Path].ShouldIgnore && !large.ContainsKey(file.Path))],
            LfsFiles = [.. plan.LfsFiles, .. large.Select(file => new PlannedLfsFile(file.Key, file.Value.Oid, file.Value.Size, []))],
        };
    }

    private async Task<Dictionary<string, PreuploadVerdict>> AskAsync(RepoId repo, IReadOnlyList<PreuploadFile> asked, string? gitAttributes, CancellationToken stop)
    {
        var answer = await http.JsonAsync(new HubCall("preupload", HttpMethod.Post, $"/api/models/{repo}/preupload/main")
        {
            Body = HubContent.Json(new PreuploadBody(asked, gitAttributes), HubJson.Default.PreuploadBody),
            PerTry = TimeSpan.FromSeconds(30),
            Total = TimeSpan.FromSeconds(60),
        }, HubJson.Default.PreuploadAnswer, stop);

        var verdicts = (answer.Files ?? []).Where(verdict => verdict?.Path is not null).DistinctBy(verdict => verdict.Path).ToDictionary(verdict => verdict.Path!);
        return asked.All(file => verdicts.ContainsKey(file.Path))
            ? verdicts
            : throw new HubException(HubFault.BadResponse, "preupload", "the answer leaves out a file");
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

            // An oid that is not the head's is none: the next round finds out what happened.
            if (await SendAsync(repo, plan, perTry, stop) is { } oid && oid == await head(stop))
            {
                return plan.Matches(await files.TreeAsync(repo, oid, stop)) ? oid : null;
            }
        }
    }

    /// <summary>Takes files out of the branch. Sent once: what happened, the next look at the branch tells.</summary>
    /// <returns>Null when only the branch can tell.</returns>
    public Task<string?> RemoveAsync(RepoId repo, string parent, string summary, IReadOnlyList<string> paths, CancellationToken stop) =>
        SendAsync(repo, CommitPlan.Removal(summary, parent, paths), RemovalTime, stop);

    private Task<string?> SendAsync(RepoId repo, CommitPlan plan, TimeSpan perTry, CancellationToken stop) => SendAsync(repo, plan.ToNdjson(), perTry, stop);

    /// <returns>Null when only the branch can tell what happened.</returns>
    private async Task<string?> SendAsync(RepoId repo, byte[] body, TimeSpan perTry, CancellationToken stop)
    {
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
