using System.Collections.Concurrent;

namespace TrainIdentity.Hub;

/// <summary>Content on its way to large file storage. <see cref="Open"/> gives the same bytes every time.</summary>
/// <param name="Oid">SHA-256 of the content, 64 lower-case hex digits.</param>
public sealed record LfsContent(string Oid, long Size, Func<Stream> Open);

/// <summary>
/// Git LFS with the basic transfer. Uploads are content-addressed, so every step may be repeated; what the Hub says about
/// an object counts only when a later batch says it again.
/// </summary>
public sealed class LfsObjects(HubHttp http, LfsStorage storage)
{
    private const int Rounds = 4;

    /// <summary>Sends what the Hub does not have yet. When this returns, a batch after the last upload found every object stored.</summary>
    public async Task UploadAsync(RepoId repo, IReadOnlyCollection<LfsContent> contents, CancellationToken stop)
    {
        var byOid = contents.DistinctBy(content => content.Oid).ToDictionary(content => content.Oid);
        HubException? last = null;
        for (var round = 0; round < Rounds; round++)
        {
            var pending = await BatchAsync(repo, [.. byOid.Values.Select(c => new LfsObject(c.Oid, c.Size))], stop);
            if (pending.Count == 0)
            {
                return;
            }
            last = await SendAsync(pending, byOid, stop) ?? last;
        }

        throw last ?? new HubException(HubFault.Unavailable, "batch", "objects were sent and are still missing");
    }

    /// <returns>The oids the Hub does not hold for this repo.</returns>
    public async Task<IReadOnlyList<string>> MissingAsync(RepoId repo, IEnumerable<(string Oid, long Size)> objects, CancellationToken stop)
    {
        var pending = await BatchAsync(repo, [.. objects.DistinctBy(o => o.Oid).Select(o => new LfsObject(o.Oid, o.Size))], stop);
        return [.. pending.Select(p => p.Oid!)];
    }

    /// <returns>The last trouble that a fresh batch may cure; null when all went well.</returns>
    private async Task<HubException?> SendAsync(IReadOnlyList<LfsObjectAnswer> pending, Dictionary<string, LfsContent> byOid, CancellationToken stop)
    {
        ConcurrentQueue<HubException> expired = [];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = http.Options.ParallelUploads, CancellationToken = stop };
        await Parallel.ForEachAsync(pending, parallel, async (answer, cancelled) =>
        {
            var content = byOid[answer.Oid!];
            try
            {
                await storage.PutAsync(answer.Actions!.Upload!, content, cancelled);
                if (answer.Actions.Verify is { Href: { } href })
                {
                    await VerifyAsync(href, content, cancelled);
                }
            }
            catch (HubException e) when (e.Fault is HubFault.Auth or HubFault.Refused)
            {
                // An expired address, or stored bytes that were not ours: both end with a new batch.
                expired.Enqueue(e);
            }
        });
        return expired.TryPeek(out var first) ? first : null;
    }

    private async Task<IReadOnlyList<LfsObjectAnswer>> BatchAsync(RepoId repo, IReadOnlyList<LfsObject> objects, CancellationToken stop)
    {
        var body = new LfsBatchBody("upload", ["basic"], "sha256", new LfsRef("main"), objects);
        var answer = await http.JsonAsync(new HubCall("batch", HttpMethod.Post, $"/{repo}.git/info/lfs/objects/batch")
        {
            Body = HubContent.Json(body, HubJson.Default.LfsBatchBody, HubContent.GitLfs),
            Accept = HubContent.GitLfs,
            PerTry = TimeSpan.FromSeconds(30),
            Total = TimeSpan.FromSeconds(60),
        }, HubJson.Default.LfsBatchAnswer, stop);

        var asked = objects.ToDictionary(o => o.Oid, o => o.Size);
        foreach (var given in answer.Objects ?? [])
        {
            if (given.Error is { } error)
            {
                throw new HubException(HubFault.Refused, "batch", $"object refused: {error.Code} {error.Message}");
            }
            if (given.Oid is null || !asked.Remove(given.Oid, out var size) || size != given.Size)
            {
                throw new HubException(HubFault.BadResponse, "batch", "the answer names an object that was not asked about");
            }
            if (given.Actions is { Upload: { Header: { } header } } && header.ContainsKey("chunk_size"))
            {
                throw new HubException(HubFault.BadResponse, "batch", "a multipart upload was offered although only the basic transfer was asked for");
            }
        }
        return asked.Count == 0
            ? [.. answer.Objects!.Where(given => given.Actions?.Upload?.Href is not null)]
            : throw new HubException(HubFault.BadResponse, "batch", "the answer leaves out an object");
    }

    private async Task VerifyAsync(string href, LfsContent content, CancellationToken stop)
    {
        var address = new Uri(http.Options.Endpoint, href);
        if (address.Authority != http.Options.Endpoint.Authority)
        {
            throw new HubException(HubFault.BadResponse, "verify", "the address is on another host");
        }

        await http.SendAsync(new HubCall("verify", HttpMethod.Post, address.PathAndQuery)
        {
            Body = HubContent.Json(new LfsObject(content.Oid, content.Size), HubJson.Default.LfsObject, HubContent.GitLfs),
            Accept = HubContent.GitLfs,
        }, stop);
    }
}
