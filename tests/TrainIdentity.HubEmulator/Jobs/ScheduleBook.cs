using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>A job to be started again and again; replaced as a whole when it changes.</summary>
internal sealed record ScheduledJob(string Id, string Space, Caller By, JobSpec Spec, string Schedule, DateTimeOffset CreatedAt)
{
    public bool Suspended { get; init; }

    /// <summary>Whether a run may begin while another is under way.</summary>
    public bool Concurrency { get; init; }

    public DateTimeOffset UpdatedAt { get; init; } = CreatedAt;

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Spec.Labels;

    public Job? LastJob { get; init; }

    public JsonObject ToJson() => new()
    {
        ["type"] = "scheduled-job",
        ["id"] = Id,
        ["createdAt"] = HubTime.Format(CreatedAt),
        ["updatedAt"] = HubTime.Format(UpdatedAt),
        ["schedule"] = Schedule,
        ["suspend"] = Suspended,
        ["concurrency"] = Concurrency,
        ["jobSpec"] = new JsonObject(Spec.ToJson(Labels)),
        ["owner"] = new JsonObject { ["id"] = HubIds.For(Space), ["name"] = Space },
        ["initiator"] = new JsonObject { ["id"] = HubIds.For(By.User), ["name"] = By.User, ["type"] = "user" },
        ["status"] = new JsonObject
        {
            ["lastJob"] = LastJob is { } last ? new JsonObject { ["id"] = last.Id, ["at"] = HubTime.Format(last.CreatedAt) } : null,
            ["nextJobRunAt"] = null,
        },
    };
}

/// <summary>Schedules as far as they are made, read and run by hand: the emulator never runs one by the clock.</summary>
internal sealed class ScheduleBook(JobBoard board, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly List<ScheduledJob> _schedules = [];

    public IReadOnlyList<ScheduledJob> In(string space)
    {
        lock (_gate) return [.. _schedules.Where(schedule => schedule.Space == space)];
    }

    public ScheduledJob? Find(string space, string id) => In(space).FirstOrDefault(schedule => schedule.Id == id);

    public ScheduledJob Add(ScheduledJob schedule)
    {
        lock (_gate) _schedules.Add(schedule);
        return schedule;
    }

    /// <summary>Null when it is gone.</summary>
    public ScheduledJob? Change(string id, Func<ScheduledJob, ScheduledJob> change)
    {
        lock (_gate)
        {
            var at = _schedules.FindIndex(schedule => schedule.Id == id);
            return at < 0 ? null : _schedules[at] = change(_schedules[at]) with { UpdatedAt = clock.GetUtcNow() };
        }
    }

    public void Remove(string id)
    {
        lock (_gate) _ = _schedules.RemoveAll(schedule => schedule.Id == id);
    }

    /// <summary>Null when a run is under way and there may be only one.</summary>
    public Job? Run(ScheduledJob schedule, Caller by)
    {
        lock (_gate)
        {
            var now = _schedules.Find(known => known.Id == schedule.Id) ?? schedule;
            if (!now.Concurrency && now.LastJob is { } last && !last.Stages.Closed) return null;
            var job = board.Start(now.Space, now.Spec with { Labels = now.Labels }, by);
            _ = Change(now.Id, known => known with { LastJob = job });
            return job;
        }
    }
}
