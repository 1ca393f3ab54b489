namespace TrainIdentity.Hub;

/// <param name="Key">By which the Hub forgets it (<c>fileOid</c>).</param>
/// <param name="Oid">SHA-256 of its content.</param>
/// <param name="Path">Where it is, or last was, committed; null when it never was.</param>
public sealed record KeptObject(string Key, string Oid, string? Path);

/// <summary>What a repo's large-file store holds in all its history, committed or not, and how it is made to forget.</summary>
public sealed class HubHistory(HubHttp http)
{
    private const int PerCall = 1000;
    private static readonly TimeSpan ForgettingTime = TimeSpan.FromSeconds(60);

    public async Task<IReadOnlyList<KeptObject>> ObjectsAsync(RepoId repo, CancellationToken stop)
    {
        List<KeptObject> kept = [];
        for (string? path = $"/api/models/{repo}/lfs-files?limit={PerCall}"; path is not null;)
        {
            var call = new HubCall("lfs-files", HttpMethod.Get, path);
            var answer = await http.SendAsync(call, stop);
            kept.AddRange(HubHttp.Parse(call, answer, HubJson.Default.ListLfsFileAnswer).Select(one => one is { FileOid: { } key, Oid: { } oid }
                ? new KeptObject(key, oid, one.Filename)
                : throw new HubException(HubFault.BadResponse, call.Name, "an object lacks its oid")));
            path = http.NextPage(call, answer);
        }
        return kept;
    }

    /// <summary>
    /// As if these had never been committed: the commits of the branch get other ids, their other files stay. May be
    /// repeated; what the Hub answers is undocumented, so callers read back.
    /// </summary>
    public async Task ForgetAsync(RepoId repo, IReadOnlyList<KeptObject> objects, CancellationToken stop)
    {
        foreach (var group in objects.Select(one => one.Key).Chunk(PerCall))
        {
            await http.SendAsync(new HubCall("lfs-files.delete", HttpMethod.Post, $"/api/models/{repo}/lfs-files/batch")
            {
                Body = HubContent.Json(new LfsDeletionBody(new LfsDeletions(group, true)), HubJson.Default.LfsDeletionBody),
                PerTry = ForgettingTime,
                Total = 2 * ForgettingTime,
            }, stop);
        }
    }
}
