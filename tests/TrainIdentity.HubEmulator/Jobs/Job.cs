using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>One job. What changes is read and written under <see cref="Gate"/>, which is taken before that of a repo.</summary>
internal sealed class Job(string space, bool isOrganization, JobSpec spec, Caller by, DateTimeOffset createdAt) : IDisposable
{
    public const string RepoVariable = "IDT_REPO";

    public Lock Gate { get; } = new();

    public string Id { get; } = HubIds.New();

    public string Space => space;

    public JobSpec Spec => spec;

    public JobLog Log { get; } = new();

    /// <summary>Every stage so far, as on the wire; closed once the job is over.</summary>
    public JobLog Stages { get; } = new();

    /// <summary>Ends the play when the job is canceled.</summary>
    public CancellationTokenSource Stop { get; } = new();

    public DateTimeOffset CreatedAt => createdAt;

    public IReadOnlyDictionary<string, string> Labels { get; set; } = spec.Labels;

    public JobStage Stage { get; private set; }

    public string? Message { get; private set; }

    public string? CancelReason { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>The repo it works for, or an empty text.</summary>
    public string Repo => spec.Environment.GetValueOrDefault(RepoVariable, "");

    /// <summary>Call under <see cref="Gate"/>.</summary>
    public void Enter(JobStage stage, DateTimeOffset at, string? message = null, string? cancelReason = null)
    {
        (Stage, Message, CancelReason) = (stage, message, cancelReason);
        if (stage is JobStage.Running) StartedAt = at;
        if (stage.IsOver()) FinishedAt = at;
        Stages.Write(at, stage.Wire());
        if (!stage.IsOver()) return;
        Stages.Close();
        Log.Close();
    }

    /// <summary>Call under <see cref="Gate"/>.</summary>
    public JsonObject ToJson(DateTimeOffset now) => new(spec.ToJson(Labels))
    {
        ["type"] = "job",
        ["id"] = Id,
        ["createdAt"] = HubTime.Format(createdAt),
        ["startedAt"] = StartedAt is { } started ? HubTime.Format(started) : null,
        ["finishedAt"] = FinishedAt is { } finished ? HubTime.Format(finished) : null,
        ["cancelReason"] = CancelReason,
        ["createdBy"] = new JsonObject { ["id"] = HubIds.For(by.User), ["name"] = by.User },
        ["owner"] = Account(space, isOrganization ? "org" : "user"),
        ["initiator"] = Account(by.User, "user"),
        ["durations"] = Durations(now),
        ["status"] = new JsonObject { ["stage"] = Stage.Wire(), ["message"] = Message, ["failureCount"] = Stage is JobStage.Error ? 1 : 0 },
    };

    public void Dispose() => Stop.Dispose();

    private static JsonObject Account(string name, string type) =>
        new() { ["id"] = HubIds.For(name), ["name"] = name, ["type"] = type, ["avatarUrl"] = "/avatars/0f3a.svg" };

    private JsonObject Durations(DateTimeOffset now)
    {
        var end = FinishedAt ?? now;
        var started = StartedAt ?? end;
        return new()
        {
            ["schedulingSecs"] = (long)(started - createdAt).TotalSeconds,
            ["runningSecs"] = (long)(end - started).TotalSeconds,
            ["totalSecs"] = (long)(end - createdAt).TotalSeconds,
        };
    }
}
