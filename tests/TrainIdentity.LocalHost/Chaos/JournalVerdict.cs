using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.LocalHost;

/// <summary>What must have held at every moment, told by the Hub's journal from its beginning.</summary>
internal sealed class JournalVerdict(IReadOnlyList<JournalEntry> journal, IReadOnlyList<Wish> wishes)
{
    private readonly List<string> _breaches = [];
    private readonly Dictionary<string, string> _visible = [];
    private readonly Dictionary<string, HashSet<string>> _jobs = [];
    private readonly HashSet<string> _committed = [];
    private readonly HashSet<string> _launched = [];

    public IReadOnlyList<string> Breaches()
    {
        foreach (var entry in journal) Follow(entry);
        return _breaches;
    }

    private void Follow(JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case JournalKinds.RepoCreated:
                Created(entry);
                break;
            case JournalKinds.RepoVisibility:
                _visible[entry.Repo] = entry.Message!;
                break;
            case JournalKinds.RepoDeleted:
                _ = _visible.Remove(entry.Repo);
                _ = _committed.Remove(entry.Repo);
                break;
            case JournalKinds.ObjectStored or JournalKinds.Commit when entry.By is Actor.Service:
                Sent(entry);
                break;
            case JournalKinds.JobStarted:
                Started(entry);
                break;
            case JournalKinds.JobEnded or JournalKinds.JobCanceled:
                foreach (var live in _jobs.Values) _ = live.Remove(entry.JobId!);
                break;
        }
    }

    private void Created(JournalEntry entry)
    {
        _visible[entry.Repo] = entry.Message!;
        if (wishes.FirstOrDefault(wish => IsOf(entry.Repo, wish)) is not { } wish) return;

        // The same photos without a key may come again while those of an erased identity are still being removed.
        if (wish is { Key: null, Erasing.Count: > 0 }) return;
        var live = _visible.Keys.Where(repo => IsOf(repo, wish)).ToList();
        if (live.Count > 1) _breaches.Add($"{wish.Name} had {live.Count} repos at once: {string.Join(", ", live)}.");
    }

    private void Sent(JournalEntry entry)
    {
        if (_visible.GetValueOrDefault(entry.Repo) is not "private") _breaches.Add($"{entry.Repo} was {_visible.GetValueOrDefault(entry.Repo) ?? "gone"} at {entry.Kind}.");
        if (entry.Kind is JournalKinds.Commit && !_committed.Add(entry.Repo)) _breaches.Add($"{entry.Repo} was committed to twice.");
    }

    private void Started(JournalEntry entry)
    {
        var (identity, attempt) = (entry.Labels?.GetValueOrDefault("identity") ?? "", entry.Labels?.GetValueOrDefault("attempt") ?? "");
        if (!_jobs.TryGetValue(identity, out var live)) _jobs[identity] = live = [];
        _ = live.Add(entry.JobId!);
        if (live.Count > 1) _breaches.Add($"Identity {identity} had {live.Count} jobs at once: {string.Join(", ", live)}.");
        if (!_launched.Add($"{identity} {attempt}")) _breaches.Add($"Identity {identity} had more than one job for attempt {attempt}.");
    }

    private static bool IsOf(string repo, Wish wish) => repo.Split('/')[^1].StartsWith(wish.RepoPrefix, StringComparison.Ordinal);
}
