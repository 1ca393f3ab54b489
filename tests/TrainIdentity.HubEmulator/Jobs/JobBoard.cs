using System.Collections.Concurrent;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>All jobs since the start, newest first. A restart forgets them.</summary>
internal sealed class JobBoard(Push push, RepoBook repos, HubEmulatorOptions options, HubJournal journal) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Job> _jobs = [];
    private readonly HashSet<string> _forgotten = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _plays = [];

    /// <summary>How jobs started from now on are played.</summary>
    public JobPlay Play { get; set; } = options.Play;

    public IReadOnlyList<Job> All
    {
        get
        {
            lock (_gate) return [.. Enumerable.Reverse(_jobs).Where(job => !_forgotten.Contains(job.Id))];
        }
    }

    public Job? Find(string space, string id) => All.FirstOrDefault(job => job.Id == id && job.Space == space);

    /// <param name="space">Namespace.</param>
    /// <param name="spec">What to run.</param>
    /// <param name="by">Who asked.</param>
    /// <param name="play">In place of <see cref="Play"/>.</param>
    public Job Start(string space, JobSpec spec, Caller by, JobPlay? play = null)
    {
        var job = new Job(space, by.Organizations.Contains(space), spec, by, options.Clock.GetUtcNow());
        lock (job.Gate) job.Enter(JobStage.Scheduling, job.CreatedAt);
        lock (_gate)
        {
            _jobs.Add(job);
            Note(JournalKinds.JobStarted, job, by.Actor, null);
        }

        var course = play ?? Play;
        _plays.Add(Task.Run(() => RunAsync(job, course)));
        return job;
    }

    /// <summary>From now on nobody finds it; whatever it does, it does unseen.</summary>
    public void Forget(string id)
    {
        lock (_gate) _ = _forgotten.Add(id);
    }

    /// <summary>A job that is over stays as it is.</summary>
    public void Cancel(Job job, Actor by)
    {
        lock (job.Gate)
        {
            if (job.Stage.IsOver()) return;
            job.Enter(JobStage.Canceled, options.Clock.GetUtcNow());
            Note(JournalKinds.JobCanceled, job, by, null);
        }

        job.Stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        List<Job> all;
        lock (_gate) all = [.. _jobs];
        foreach (var job in all) await job.Stop.CancelAsync();
        await Task.WhenAll(_plays);
        foreach (var job in all) job.Dispose();
    }

    private async Task RunAsync(Job job, JobPlay play)
    {
        using var timeout = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.Clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(job.Stop.Token, timeout.Token);
        var end = await PlayAsync(play, new JobRun(job, push, repos, options, timeout), timeout, stop.Token);
        lock (job.Gate)
        {
            if (job.Stage.IsOver() || end is null) return;
            job.Enter(end.Stage, options.Clock.GetUtcNow(), end.Message, end.CancelReason);
            Note(JournalKinds.JobEnded, job, Actor.Other, end.Stage.Wire());
        }
    }

    /// <summary>Null when the job was canceled or the emulator ends.</summary>
    private static async Task<JobEnd?> PlayAsync(JobPlay play, JobRun run, CancellationTokenSource timeout, CancellationToken stop)
    {
        try
        {
            return await play(run, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return timeout.IsCancellationRequested ? JobEnd.Error("Job timeout") : null;
        }
        catch (Exception e)
        {
            // A play is foreign code; where it throws, a container would have crashed.
            run.Print(e.ToString());
            return JobEnd.Error("Exit code: 1");
        }
    }

    private void Note(string kind, Job job, Actor by, string? message) => journal.Append(new()
    {
        Kind = kind,
        By = by,
        Repo = job.Repo,
        JobId = job.Id,
        Labels = job.Labels,
        Message = message,
    });
}
