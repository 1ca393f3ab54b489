using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using static TrainIdentity.Tests.Rig.Sim.Invariants;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>What must hold of the Hub at every instant, read off its journal and the rows as they were then.</summary>
internal sealed class HubInvariants(World world)
{
    /// <summary>I8, of one upload: what the Hub begins anew and what its owner asks for again count alike.</summary>
    private const int MostAttempts = 3;

    private static readonly TimeSpan ContentKept = TimeSpan.FromHours(24);

    private readonly Dictionary<string, Identity> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<IdentityId, Identity> _records = [];
    private readonly Dictionary<string, bool> _live = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _commits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _attempts = new(StringComparer.Ordinal);
    private readonly Dictionary<IdentityId, string> _names = [];
    private readonly HashSet<string> _claimed = new(StringComparer.Ordinal);

    /// <param name="meddled">Whether somebody else changed repos on the Hub, too.</param>
    public void Check(bool meddled = false)
    {
        var steps = new Queue<RowStep>(world.Steps);
        foreach (var effect in world.Hub.Journal.Entries)
        {
            while (steps.TryPeek(out var step) && step.At <= effect.At)
            {
                Take(steps.Dequeue().Change);
            }
            Take(effect, meddled);
        }
        while (steps.TryDequeue(out var step))
        {
            Take(step.Change);
        }
        Ended();
    }

    private void Take(RowChange change)
    {
        if (change.After is { } claim && claim.RowKey.StartsWith("c_", StringComparison.Ordinal))
        {
            _claimed.Add(claim.GetString("model_id"));
        }
        if (change.After is { } row && IsRecord(change))
        {
            var record = IdentityRow.Read(row);
            _owners[record.Repo.ToString()] = _records[record.Id] = record;
            _names.TryAdd(record.Id, record.Name);
        }
    }

    private void Take(JournalEntry effect, bool meddled)
    {
        switch (effect.Kind)
        {
            case JournalKinds.RepoCreated:
                Created(effect);
                break;
            case JournalKinds.RepoDeleted:
                _live.Remove(effect.Repo);
                break;
            case JournalKinds.RepoVisibility:
                _live[effect.Repo] = effect.Message == "private";
                break;
            case JournalKinds.ObjectStored:
                Require(meddled || _live[effect.Repo], $"I7: something was stored in {effect.Repo} while it was public");
                break;
            case JournalKinds.Commit when effect.By is Actor.Service:
                Require(meddled || _live[effect.Repo], $"I7: a commit was made to {effect.Repo} while it was public");
                _commits[effect.Repo] = _commits.GetValueOrDefault(effect.Repo) + 1;
                Require(_commits[effect.Repo] == 1, $"I1: {effect.Repo} has a second data commit");
                Said(effect, _owners[effect.Repo]);
                Leased(effect);
                break;
            case JournalKinds.JobStarted:
                Started(effect);
                break;
            case JournalKinds.JobEnded or JournalKinds.JobCanceled:
                _running.Remove(effect.JobId!);
                break;
        }
    }

    /// <summary>A commit says what the identity was called first, and has a thumbnail exactly if the record has.</summary>
    private void Said(JournalEntry commit, Identity owner)
    {
        Require(commit.Message == $"Upload training data for {_names[owner.Id]} ({owner.Photos.Count} images)", $"the commit to {commit.Repo} says {commit.Message}");
        Require(commit.Paths!.Contains("thumbnail.jpg") == owner.Thumbnail is not null, $"the commit to {commit.Repo} and its record differ in the thumbnail");
    }

    private void Created(JournalEntry effect)
    {
        _live[effect.Repo] = effect.Message == "private";
        Require(_claimed.Contains(effect.Repo), $"I2: {effect.Repo} was created without a claim");
        Require(_owners.TryGetValue(effect.Repo, out var owner), $"I2: {effect.Repo} was created without a record");

        // The same photos may come again while what was made of them before is still being erased, or without a key a day later.
        var others = _live.Keys.Where(repo => repo != effect.Repo && _owners.TryGetValue(repo, out var other)
            && other.State is not IdentityState.Deleting && other.OwnerKey == owner!.OwnerKey && other.KeyRow == owner.KeyRow
            && (other.KeyGiven || effect.At < other.CreatedAt + ContentKept));
        Require(!others.Any(), $"I1: {effect.Repo} lives beside {string.Join(", ", others)}");
        Leased(effect);
    }

    /// <summary>The text grants one duplicate to a host that is paused between its last look and its call; none is paused here.</summary>
    private void Started(JournalEntry effect)
    {
        var (identity, attempt) = (effect.Labels!["identity"], effect.Labels!["attempt"]);
        Require(!_running.ContainsValue(identity), $"I8: {identity} had two jobs at {effect.At:O}");
        _running[effect.JobId!] = identity;

        _attempts.TryAdd(effect.Repo, []);
        Require(_attempts[effect.Repo].Add(attempt), $"I8: attempt {attempt} of {identity} was started twice");
        Require(_attempts[effect.Repo].Count <= MostAttempts, $"I8: {identity} had more than {MostAttempts} attempts");
        Leased(effect);
    }

    /// <summary>I10, as the tables have it: whoever made this effect held the lease of the record, unless its owner took it away.</summary>
    private void Leased(JournalEntry effect)
    {
        if (_owners.TryGetValue(effect.Repo, out var owner) && owner.Driven)
        {
            Require(owner.Lease is { } lease && lease.Until > effect.At, $"I10: {effect.Kind} for {effect.Repo} at {effect.At:O} without a lease");
        }
    }

    private void Ended()
    {
        foreach (var repo in _live.Keys)
        {
            var owner = world.Records.FirstOrDefault(record => record.Repo.ToString() == repo);
            Require(owner is { Stored: true }, $"I6: {repo} is left on the Hub");
            Require(_live[repo], $"I7: {repo} is public in the end");
        }
        foreach (var record in world.Records)
        {
            Require(!record.Stored || _live.ContainsKey(record.Repo.ToString()), $"{record} is {record.State} and its repo is gone");
            Require(record.State is not IdentityState.Ready || Weighed(record), $"I4: {record} is ready without its weights");
        }
        Require(_running.Count == 0, $"a job of {string.Join(", ", _running.Values)} still runs");
    }

    private bool Weighed(Identity record) =>
        record.Weights is { } weights && world.Hub.HasObject(record.Repo.ToString(), weights.Oid) && world.Hub.Files(record.Repo.ToString())!.ContainsKey(weights.Path);
}
