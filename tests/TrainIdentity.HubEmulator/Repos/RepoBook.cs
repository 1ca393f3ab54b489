using System.Text;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.HubEmulator.Webhooks;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>All repos by name, and the names they had before.</summary>
/// <remarks>Lock order: this book, then one repo, then the journal.</remarks>
internal sealed class RepoBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RepoKey, Repo> _repos = [];
    private readonly Dictionary<string, Repo> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<RepoKey, string> _moved = [];
    private readonly RepoFolders _folders;
    private readonly HubJournal _journal;
    private readonly RepoEvents _events;
    private readonly TimeProvider _clock;

    public RepoBook(RepoFolders folders, HubJournal journal, RepoEvents events, HubEmulatorOptions options)
    {
        (_folders, _journal, _events, _clock) = (folders, journal, events, options.Clock);
        foreach (var repo in folders.Load()) Add(repo);
    }

    public IReadOnlyList<Repo> All
    {
        get
        {
            lock (_gate) return [.. _repos.Values];
        }
    }

    public Repo? Find(RepoKey key)
    {
        lock (_gate) return _repos.GetValueOrDefault(key);
    }

    public Repo? FindById(string id)
    {
        lock (_gate) return _byId.GetValueOrDefault(id);
    }

    /// <summary>Today's name of a repo that used to be called <paramref name="key"/>.</summary>
    public RepoKey? MovedTo(RepoKey key)
    {
        lock (_gate) return _moved.TryGetValue(key, out var id) ? _byId.GetValueOrDefault(id)?.Key : null;
    }

    /// <summary>Null when the name is taken.</summary>
    public Repo? Create(RepoKey key, bool isPrivate, Caller by, IReadOnlyDictionary<string, byte[]> files)
    {
        lock (_gate)
        {
            if (_repos.ContainsKey(key)) return null;
            var now = _clock.GetUtcNow();
            var repo = _folders.New(key, now);
            repo.Private = isPrivate;
            var contents = new Dictionary<string, byte[]>(files);
            _ = contents.TryAdd(GitAttributes.Path, Encoding.UTF8.GetBytes(GitAttributes.DefaultFor(key.Type)));
            var tree = contents.ToOrdinal(content => repo.Blobs.Write(content));
            lock (repo.Gate)
            {
                repo.Record(Repo.Main, GitCommit.Create(null, by.User, now, ("initial commit", ""), tree));
                _folders.Save(repo);
                _ = _moved.Remove(key);
                Add(repo);
                _journal.Append(new() { Kind = JournalKinds.RepoCreated, By = by.Actor, Repo = key.Id, Message = Visibility(isPrivate) });
                _events.Created(repo);
            }

            return repo;
        }
    }

    public bool Delete(RepoKey key, Actor by)
    {
        lock (_gate)
        {
            if (!_repos.Remove(key, out var repo)) return false;
            _ = _byId.Remove(repo.Id);
            lock (repo.Gate)
            {
                repo.Deleted = true;
                _folders.Remove(repo);
                _journal.Append(new() { Kind = JournalKinds.RepoDeleted, By = by, Repo = key.Id });
                _events.Deleted(repo);
            }

            return true;
        }
    }

    /// <summary>False when the new name is taken or the repo is gone.</summary>
    public bool Move(Repo repo, RepoKey to)
    {
        lock (_gate)
        {
            if (_repos.ContainsKey(to) || !_repos.Remove(repo.Key)) return false;
            lock (repo.Gate)
            {
                _moved[repo.Key] = repo.Id;
                _ = _moved.Remove(to);
                _events.Moved(repo, to);
                repo.Key = to;
                _repos[to] = repo;
                _folders.Save(repo);
            }

            return true;
        }
    }

    /// <param name="repo">The repo to change.</param>
    /// <param name="isPrivate">Null leaves the visibility as it is.</param>
    /// <param name="gated">Null leaves the gate as it is; an empty text opens it.</param>
    /// <param name="by">Who asked.</param>
    public void Configure(Repo repo, bool? isPrivate, string? gated, Actor by)
    {
        lock (repo.Gate)
        {
            if (repo.Deleted) return;
            var shown = isPrivate is { } wanted && wanted != repo.Private;
            repo.Private = isPrivate ?? repo.Private;
            repo.Gated = gated is null ? repo.Gated : gated is "" ? null : gated;
            _folders.Save(repo);
            if (shown)
            {
                _journal.Append(new() { Kind = JournalKinds.RepoVisibility, By = by, Repo = repo.Key.Id, Message = Visibility(repo.Private) });
            }

            _events.Configured(repo, visibilityChanged: shown);
        }
    }

    public void Save(Repo repo) => _folders.Save(repo);

    private void Add(Repo repo)
    {
        _repos[repo.Key] = repo;
        _byId[repo.Id] = repo;
    }

    private static string Visibility(bool isPrivate) => isPrivate ? "private" : "public";
}
