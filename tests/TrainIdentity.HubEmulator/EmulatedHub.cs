using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.HubEmulator.Repos;
using TrainIdentity.HubEmulator.Webhooks;

namespace TrainIdentity.HubEmulator;

/// <summary>Hugging Face on loopback: repos, LFS, commits, jobs and webhooks, with faults on demand.</summary>
public sealed class EmulatedHub : IAsyncDisposable
{
    private readonly DataFolder _data;
    private readonly HubParts _parts;
    private readonly WebApplication _hub;
    private readonly WebApplication _storage;

    private EmulatedHub(DataFolder data, HubParts parts)
    {
        (_data, _parts) = (data, parts);
        (_hub, _storage) = (HubListeners.Hub(parts), HubListeners.Storage(parts));
    }

    public Uri Url => new(_parts.Address.Hub);

    /// <summary>Where presigned addresses point.</summary>
    public Uri StorageUrl => new(_parts.Address.Storage);

    public HubJournal Journal => _parts.Journal;

    public FaultBook Faults => _parts.Faults;

    public CallLog Calls => _parts.Calls;

    public AccountState Account => _parts.Account;

    /// <summary>How jobs started from now on are played.</summary>
    public JobPlay Play
    {
        get => _parts.Jobs.Play;
        set => _parts.Jobs.Play = value;
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<EmulatedJob> Jobs => [.. _parts.Jobs.All.Select(EmulatedJob.Of)];

    public IReadOnlyList<string> Repos => [.. _parts.Repos.All.Select(repo => repo.Key.Id)];

    /// <summary>Every attempt to call a webhook, oldest first.</summary>
    public IReadOnlyList<DeliveryAttempt> Deliveries => _parts.Deliveries.All;

    /// <exception cref="ArgumentException">One of the faults is none.</exception>
    public static async Task<EmulatedHub> StartAsync(HubEmulatorOptions options, CancellationToken stop)
    {
        var faults = new FaultBook();
        foreach (var fault in options.Faults) faults.Add(fault);
        var data = new DataFolder(options.DataFolder);
        var hub = new EmulatedHub(data, new HubParts(options, data, faults));
        try
        {
            await hub._storage.StartAsync(stop);
            await hub._hub.StartAsync(stop);
        }
        catch
        {
            await hub.DisposeAsync();
            throw;
        }

        hub._parts.Address.Storage = Listener.AddressOf(hub._storage);
        hub._parts.Address.Hub = Listener.AddressOf(hub._hub);
        if (options.Webhook is { } url) _ = hub.Watch(url, options.WebhookSecret);
        return hub;
    }

    /// <summary>The way in when <see cref="HubEmulatorOptions.InMemory"/> is set.</summary>
    public HttpMessageHandler NewHandler() => new MemoryCalls(_hub, _storage);

    /// <summary>Makes another token good, of this user or another; it counts as <see cref="Actor.Other"/>.</summary>
    public void AddToken(string token, string user, TokenRole role = TokenRole.Full) =>
        _parts.Accounts.Add(token, new(user, [], role, Actor.Other));

    public void RevokeToken(string token) => _parts.Accounts.Revoke(token);

    /// <summary>Adds a webhook for every event in every repo and gives its id.</summary>
    public string Watch(Uri url, string? secret)
    {
        var id = HubIds.New();
        _parts.Webhooks.Put(new() { Id = id, Owner = "", Url = url.OriginalString, Secret = secret });
        return id;
    }

    public void Unwatch(string webhookId) => _parts.Webhooks.Remove(webhookId);

    /// <summary>All files at a revision by path; null when the repo or the revision does not exist.</summary>
    public IReadOnlyDictionary<string, RepoFile>? Files(string repo, string revision = "main") => At(repo, revision)?.Commit.Files;

    /// <summary>The true content, not that of a pointer; null when there is no such file.</summary>
    public byte[]? ReadFile(string repo, string path, string revision = "main")
    {
        if (At(repo, revision) is not var (found, commit) || !commit.Files.TryGetValue(path, out var file)) return null;
        return file.Oid is { } oid ? File.ReadAllBytes(found.Objects.PathOf(oid)) : found.Blobs.Read(file.BlobSha);
    }

    /// <summary>Null when the repo does not exist.</summary>
    public bool? IsPrivate(string repo) => Find(repo)?.Private;

    /// <summary>The id of the head of main; null when the repo does not exist.</summary>
    public string? Head(string repo) => At(repo, "main")?.Commit.Sha;

    /// <summary>Whether an LFS object is stored in the repo, committed or not.</summary>
    public bool HasObject(string repo, string oid) => Find(repo)?.Objects.Has(oid) ?? false;

    /// <summary>Objects that nobody commits are not kept for ever: this one is gone.</summary>
    public void LoseObject(string repo, string oid) => Find(repo)?.Objects.Lose(oid);

    /// <summary>Nobody finds the job any more, as if the Hub had never known it.</summary>
    public void ForgetJob(string id) => _parts.Jobs.Forget(id);

    /// <summary>A commit by someone else, such as a trainer outside; the journal counts it by its token.</summary>
    public PushOutcome Push(string token, string repo, string summary, params IReadOnlyList<PushedFile> files) =>
        _parts.Push.Apply(token, repo, summary, files);

    public async ValueTask DisposeAsync()
    {
        Faults.Clear();
        await _parts.Jobs.DisposeAsync();
        await _hub.DisposeAsync();
        await _storage.DisposeAsync();
        await _parts.Delivery.DisposeAsync();
        _parts.Posts.Dispose();
        Journal.Dispose();
        _data.Dispose();
    }

    private Repo? Find(string id) => RepoKey.Parse("model", id) is { } key ? _parts.Repos.Find(key) : null;

    private (Repo Repo, GitCommit Commit)? At(string id, string revision)
    {
        if (Find(id) is not { } repo) return null;
        lock (repo.Gate) return repo.Find(revision) is { } commit ? (repo, commit) : null;
    }
}
