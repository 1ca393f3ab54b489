using System.Collections.Concurrent;
using System.Net;

namespace TrainIdentity.Hub;

/// <summary>
/// Git LFS with the basic and multipart transfers. Uploads are content-addressed, so every step may be repeated; what the
/// Hub says about an object counts only when a later batch says it again.
/// </summary>
public sealed class LfsObjects(HubHttp http, LfsStorage storage)
{
    private const int Rounds = 4;
    private const int BatchObjects = 100;

    private readonly LfsParts _parts = new(storage, http.Options);

    /// <inheritdoc cref="UploadAsync(RepoId, IReadOnlyCollection{LfsContent}, Task{bool}, CancellationToken)"/>
    public Task UploadAsync(RepoId repo, IReadOnlyCollection<LfsContent> contents, CancellationToken stop) => UploadAsync(repo, contents, Task.FromResult(true), stop);

    /// <summary>Sends what the Hub does not have yet. When this returns, a batch after the last upload found every object stored.</summary>
    /// <param name="repo">Where to.</param>
    /// <param name="contents">One of each oid is sent.</param>
    /// <param name="allowed">Awaited before the first byte of a content leaves; the Hub is asked meanwhile what it holds.</param>
    /// <param name="stop">Ends the upload; what was stored stays stored.</param>
    /// <returns>False when it was not allowed; then nothing was sent.</returns>
    public async Task<bool> UploadAsync(RepoId repo, IReadOnlyCollection<LfsContent> contents, Task<bool> allowed, CancellationToken stop)
    {
        var byOid = contents.DistinctBy(content => content.Oid).ToDictionary(content => content.Oid);
        foreach (var group in byOid.Values.Chunk(BatchObjects))
        {
            if (!await UploadGroupAsync(repo, [.. group.Select(content => new LfsObject(content.Oid, content.Size))], byOid, allowed, stop))
            {
                return false;
            }
        }
        return true;
    }

    /// <returns>The oids the Hub does not hold for this repo.</returns>
    public async Task<IReadOnlyList<string>> MissingAsync(RepoId repo, IEnumerable<(string Oid, long Size)> objects, CancellationToken stop)
    {
        List<string> missing = [];
        foreach (var group in objects.DistinctBy(o => o.Oid).Select(o => new LfsObject(o.Oid, o.Size)).Chunk(BatchObjects))
        {
            missing.AddRange((await BatchAsync(repo, group, stop)).Select(pending => pending.Oid!));
        }
        return missing;
    }

    private async Task<bool> UploadGroupAsync(
        RepoId repo, IReadOnlyList<LfsObject> objects, Dictionary<string, LfsContent> byOid, Task<bool> allowed, CancellationToken stop)
    {
        HubException? last = null;
        for (var round = 0; round < Rounds; round++)
        {
            var batch = BatchAsync(repo, objects, stop);
            await Task.WhenAll(batch, allowed);
            if (!await allowed)
            {
                return false;
            }

            var pending = await batch;
            if (pending.Count == 0)
            {
                return true;
            }
            last = await SendAsync(pending, byOid, stop) ?? last;
        }

        throw last ?? new HubException(HubFault.Unavailable, "batch", "objects were sent and are still missing");
    }

    /// <returns>The last trouble that a fresh batch may cure; null when all went well.</returns>
    private async Task<HubException?> SendAsync(IReadOnlyList<LfsObjectAnswer> pending, Dictionary<string, LfsContent> byOid, CancellationToken stop)
    {
        ConcurrentQueue<HubException> curable = [];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = http.Options.ParallelUploads, CancellationToken = stop };
        await Parallel.ForEachAsync(pending, parallel, async (answer, cancelled) =>
        {
            try
            {
                await SendOneAsync(answer.Actions!, byOid[answer.Oid!], cancelled);
            }
            catch (HubException e) when (e.Fault is HubFault.Auth or HubFault.Refused)
            {
                // An expired address, parts that do not fit, or stored bytes that were not ours: all end with a new batch.
                curable.Enqueue(e);
            }
        });
        return curable.TryPeek(out var first) ? first : null;
    }

    private async Task SendOneAsync(LfsActions actions, LfsContent content, CancellationToken stop)
    {
        var upload = actions.Upload!;
        if (LfsParts.Wanted(upload))
        {
            await _parts.SendAsync(upload, http.OnHub("complete", upload.Href!), content, stop);
        }
        else
        {
            await storage.PutAsync(upload.Href!, upload.Header, content, 0, content.Size, stop);
        }

        if (actions.Verify is { Href: { } href })
        {
            await http.SendAsync(new HubCall("verify", HttpMethod.Post, http.OnHub("verify", href).PathAndQuery)
            {
                Body = HubContent.Json(new LfsObject(content.Oid, content.Size), HubJson.Default.LfsObject, HubContent.GitLfs),
                Accept = HubContent.GitLfs,
            }, stop);
        }
    }

    private async Task<IReadOnlyList<LfsObjectAnswer>> BatchAsync(RepoId repo, IReadOnlyList<LfsObject> objects, CancellationToken stop)
    {
        var body = new LfsBatchBody("upload", ["basic", "multipart"], "sha256", new LfsRef("main"), objects);
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
            if (given?.Error is { } error)
            {
                throw new HubException(HubErrors.Classify((HttpStatusCode)error.Code, null, error.Message ?? ""), "batch", $"object refused: {error.Code} {error.Message}");
            }
            if (given?.Oid is null || !asked.Remove(given.Oid, out var size) || size != given.Size)
            {
                throw new HubException(HubFault.BadResponse, "batch", "the answer names an object that was not asked about");
            }
        }
        return asked.Count == 0
            ? [.. answer.Objects!.Where(given => given.Actions?.Upload?.Href is not null)]
            : throw new HubException(HubFault.BadResponse, "batch", "the answer leaves out an object");
    }
}
