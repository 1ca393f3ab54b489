using TrainIdentity.HubEmulator;

namespace TrainIdentity.LocalHost;

/// <summary>What is left on the Hub is what the records say, and private.</summary>
internal sealed class HubVerdict(StoredRows rows, EmulatedHub hub)
{
    public IReadOnlyList<string> Breaches()
    {
        var records = rows.Identities.ToDictionary(identity => identity.Repo);
        return
        [
            .. hub.Repos.SelectMany(repo => OfRepo(repo, records.GetValueOrDefault(repo))),
            .. rows.Identities.Where(identity => identity.State is "Ready").SelectMany(OfReady),
            .. rows.Claims.Where(claim => !hub.Repos.Contains(claim.Key)).Select(claim => $"{claim.Key} is claimed for {claim.Value} and does not exist."),
        ];
    }

    private IEnumerable<string> OfRepo(string repo, StoredIdentity? identity)
    {
        if (hub.IsPrivate(repo) is false) yield return $"{repo} is public.";
        if (identity is null) yield return $"{repo} has no record.";
        else if (identity.State is not "Ready") yield return $"{repo} is left although {identity.Id} is {identity.State} ({identity.ErrorCode}).";
        else if (rows.Claims.GetValueOrDefault(repo) != identity.Id) yield return $"{repo} is not claimed for {identity.Id}.";
    }

    private IEnumerable<string> OfReady(StoredIdentity identity)
    {
        if (hub.Files(identity.Repo) is not { } files)
        {
            yield return $"{identity.Id} is ready and its repo {identity.Repo} does not exist.";
            yield break;
        }

        var stored = files.Where(file => file.Key.StartsWith("images/", StringComparison.Ordinal)).OrderBy(file => file.Key, StringComparer.Ordinal);
        if (!stored.Select(file => file.Value.Oid).SequenceEqual(identity.Oids)) yield return $"{identity.Repo} does not hold the photos of its record.";
        var (path, oid) = ((string?)identity.Weights?["path"], (string?)identity.Weights?["oid"]);
        if (path is null || !files.TryGetValue(path, out var weights) || weights.Oid != oid || !hub.HasObject(identity.Repo, oid!))
        {
            yield return $"{identity.Id} is ready without the weights its record names ({path}).";
        }
    }
}
