using TrainIdentity.Identities;
using static TrainIdentity.Tests.Rig.Sim.Invariants;

namespace TrainIdentity.Tests.Reliability;

/// <summary>
/// What users may see, and how an identity may end, told by what was done and not by how the service does it.
/// </summary>
internal sealed class ModelExpectation
{
    private readonly Dictionary<IdentityId, Known> _known = [];
    private readonly Dictionary<(string User, string Key), Identity> _keys = [];
    private readonly Dictionary<IdentityId, HashSet<string>> _names = [];

    /// <summary>Plays that were chosen at any time.</summary>
    public HashSet<string> Plays { get; } = ["success"];

    /// <summary>A host died, a request was not answered, or the Hub was away.</summary>
    public bool Troubled { get; set; }

    public bool CancelAsked { get; set; }

    public bool MadePublic { get; set; }

    public bool RepoDeleted { get; set; }

    public IReadOnlySet<IdentityId> Acknowledged => _known.Keys.ToHashSet();

    public IReadOnlySet<IdentityId> Erased => _known.Where(known => known.Value.Erased).Select(known => known.Key).ToHashSet();

    /// <summary>The request was taken on, now or earlier.</summary>
    /// <param name="keptFor">How long the key stands for what it made.</param>
    public void Taken(string user, string key, int content, Identity identity, DateTimeOffset now, TimeSpan keptFor)
    {
        var id = identity.Id;
        if (_known.TryGetValue(id, out var known))
        {
            Require(known.User == user, "an identity was shown to another user");
            Require(known.Content == content, "one key stands for two contents");
            Require(!known.Erased, "what was erased was brought back");
        }
        if (_keys.TryGetValue((user, key), out var before) && before.Id != id)
        {
            Require(_known[before.Id].Erased || now >= before.CreatedAt + keptFor, "one key made two identities");
        }
        _keys[(user, key)] = identity;
        _known.TryAdd(id, new Known(user, content));
    }

    public void KeyReused(string user, string key, int content) =>
        Require(!_keys.TryGetValue((user, key), out var made) || _known[made.Id].Content != content, "the same request was taken for another");

    public void KeyErased(string user, string key) =>
        Require(Troubled || (_keys.TryGetValue((user, key), out var made) && _known[made.Id].Erased), "a request was refused for an erasure that never was");

    public void Deleted(string user, IdentityId id)
    {
        _known.TryAdd(id, new Known(user, -1));
        _known[id] = _known[id] with { Erased = true };
    }

    public void AccountDeleted(string user)
    {
        foreach (var (id, known) in _known.Where(known => known.Value.User == user).ToList())
        {
            _known[id] = known with { Erased = true };
        }
    }

    /// <param name="answered">Otherwise it may have happened.</param>
    public void Renamed(IdentityId id, string name, bool answered)
    {
        _names.TryAdd(id, ["Mom"]);
        if (answered)
        {
            _names[id].Clear();
        }
        _names[id].Add(name);
    }

    /// <summary>A list as its owner gets it, at any time.</summary>
    public void Listed(string user, IReadOnlyList<Identity> list)
    {
        foreach (var (id, known) in _known.Where(known => known.Value.User == user).ToList())
        {
            var shown = list.FirstOrDefault(identity => identity.Id == id);
            Require(!known.Erased || shown is null, $"{id} was erased and is listed");
            Require(known.Erased || shown is not null, $"{id} was acknowledged and is not listed");
            if (shown is null)
            {
                continue;
            }
            Require(_names.TryGetValue(id, out var names) ? names.Contains(shown.Name) : shown.Name == "Mom", $"{id} is listed as {shown.Name}");
            var status = PublicStatus.Of(shown.State);
            Require(known.Status is not "ready" || status is "ready" || MadePublic || RepoDeleted, $"{id} was ready and is {status}");
            _known[id] = known with { Status = status };
        }
    }

    public void Ended(Identity identity)
    {
        if (identity.State is IdentityState.Ready)
        {
            Require(Plays.Contains("success"), $"{identity} is ready and no job succeeded");
            return;
        }

        var because = identity.FailureCode switch
        {
            Failures.Canceled => CancelAsked,
            Failures.RepoGone => RepoDeleted,
            Failures.NotPrivate => MadePublic,
            Failures.OutOfMemory => Plays.Contains("failure"),
            Failures.JobError => Plays.Contains("error"),
            Failures.WeightsMissing => Plays.Contains("no result") || Troubled || RepoDeleted,
            Failures.WeightsInvalid => Plays.Contains("bad weights"),
            Failures.JobTimeout => Plays.Contains("hang") || Plays.Contains("stuck") || Troubled || RepoDeleted,
            Failures.UploadInterrupted or Failures.UploadFailed or Failures.UnexpectedHead or Failures.LaunchExhausted => Troubled || RepoDeleted || MadePublic,
            Failures.LaunchRejected => RepoDeleted,
            Failures.JobCanceled => RepoDeleted,
            Failures.Abandoned => identity is { Drafted: true, CommitOid: null },
            _ => false,
        };
        Require(because, $"{identity} failed with {identity.FailureCode} and nothing was done that leads to it");
    }

    private sealed record Known(string User, int Content, bool Erased = false, string? Status = null);
}
