using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>What a job's container sees, and what it can do.</summary>
public sealed class JobRun
{
    private readonly Job _job;
    private readonly Push _push;
    private readonly RepoBook _repos;
    private readonly HubEmulatorOptions _options;
    private readonly CancellationTokenSource _timeout;

    internal JobRun(Job job, Push push, RepoBook repos, HubEmulatorOptions options, CancellationTokenSource timeout) =>
        (_job, _push, _repos, _options, _timeout) = (job, push, repos, options, timeout);

    public string JobId => _job.Id;

    public IReadOnlyList<string> Command => [.. _job.Spec.Command, .. _job.Spec.Arguments];

    public IReadOnlyDictionary<string, string> Environment => _job.Spec.Environment;

    /// <summary>With their values.</summary>
    public IReadOnlyDictionary<string, string> Secrets => _job.Spec.Secrets;

    public IReadOnlyDictionary<string, string> Labels => _job.Spec.Labels;

    public TimeSpan Duration => _options.JobDuration;

    public TimeProvider Clock => _options.Clock;

    public DateTimeOffset? StartedAt => _job.StartedAt;

    /// <summary>From SCHEDULING to RUNNING; the timeout of the job counts from here.</summary>
    public void Start()
    {
        lock (_job.Gate)
        {
            if (_job.Stage is not JobStage.Scheduling) return;
            _job.Enter(JobStage.Running, Clock.GetUtcNow());
        }

        _timeout.CancelAfter(_job.Spec.Timeout);
        Print($"===== Job started at {Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss} =====");
    }

    public void Print(string line) => _job.Log.Write(Clock.GetUtcNow(), line);

    /// <summary>Waits a share, 0 to 1, of <see cref="Duration"/>.</summary>
    public Task WaitAsync(double share, CancellationToken stop) => Task.Delay(Duration * share, Clock, stop);

    /// <summary>The files of the repo that is its first volume, at its revision, into an empty folder.</summary>
    public void WriteInput(string folder)
    {
        if (_job.Spec.Volumes.FirstOrDefault() is not JsonObject volume || RepoKey.Parse("model", (string)volume["source"]!) is not { } key || _repos.Find(key) is not { } repo) return;
        GitCommit? commit;
        lock (repo.Gate) commit = repo.Find((string?)volume["revision"] ?? "main");
        if (commit is null) return;
        foreach (var (path, file) in commit.Files)
        {
            var target = Path.Combine(folder, path);
            _ = Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, file.Oid is { } oid ? File.ReadAllBytes(repo.Objects.PathOf(oid)) : repo.Blobs.Read(file.BlobSha));
        }
    }

    /// <summary>One commit on main of the repo in IDT_REPO, with the token in the secret HF_TOKEN; refused once the job is over.</summary>
    public PushOutcome Commit(string summary, params IReadOnlyList<PushedFile> files)
    {
        lock (_job.Gate)
        {
            return _job.Stage.IsOver()
                ? new(409, null, "The job is over")
                : _push.Apply(Secrets.GetValueOrDefault("HF_TOKEN", ""), _job.Repo, summary, files);
        }
    }
}
