using System.Net;

namespace TrainIdentity.Hub;

public enum JobStage
{
    /// <summary>Also every stage we do not know: nothing is concluded from a new word.</summary>
    Scheduling,
    Running,
    Completed,
    Canceled,
    Error,
    Deleted,
}

public sealed record HubJob(string Id, JobStage Stage, string? Message, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, IReadOnlyDictionary<string, string> Labels)
{
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The Hub stopped it because nobody pays (<c>cancelReason</c> of hub-docs, jobs).</summary>
    public bool OutOfCredit { get; init; }

    public bool Ended => Stage is JobStage.Completed or JobStage.Canceled or JobStage.Error or JobStage.Deleted;
}

/// <summary>What to run. Everything but the secrets is readable on the job's page, so nothing here names a person.</summary>
public sealed record HubJobSpec
{
    public required string Image { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required IReadOnlyDictionary<string, string> Secrets { get; init; }

    public required string Flavor { get; init; }

    /// <summary>The Hub stops a job after 30 minutes unless told otherwise.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Keys and values of at most 100 characters of <c>[A-Za-z0-9._-]</c>.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required RepoId Input { get; init; }

    public required string InputRevision { get; init; }

    public required string InputMount { get; init; }
}

public sealed class HubJobs(HubHttp http)
{
    /// <summary>Sent once, never repeated: a second job is a second bill. After an unknown outcome, list by label.</summary>
    public async Task<HubJob> StartAsync(string space, HubJobSpec spec, CancellationToken stop)
    {
        var body = new JobBody(
            spec.Image, spec.Command, [], spec.Environment, spec.Secrets, spec.Flavor, (int)spec.Timeout.TotalSeconds, 1, spec.Labels,
            [new JobVolume("model", spec.Input.ToString(), spec.InputRevision, spec.InputMount, true)]);
        var answer = await http.JsonAsync(new HubCall("jobs.start", HttpMethod.Post, $"/api/jobs/{space}")
        {
            Body = HubContent.Json(body, HubJson.Default.JobBody),
            PerTry = TimeSpan.FromSeconds(20),
            Tries = 1,
        }, HubJson.Default.JobAnswer, stop);
        return Known(answer, "jobs.start");
    }

    /// <returns>Every job with all these labels, oldest first, whatever its stage.</returns>
    public async Task<IReadOnlyList<HubJob>> ListAsync(string space, IReadOnlyDictionary<string, string> labels, CancellationToken stop)
    {
        List<HubJob> jobs = [];
        var query = string.Join('&', labels.Select(label => $"label={Uri.EscapeDataString($"{label.Key}={label.Value}")}"));
        for (string? path = $"/api/jobs/{space}?{query}"; path is not null;)
        {
            var call = new HubCall("jobs.list", HttpMethod.Get, path);
            var answer = await http.SendAsync(call, stop);
            jobs.AddRange(HubHttp.Parse(call, answer, HubJson.Default.ListJobAnswer).Select(job => Known(job, call.Name)));
            path = http.NextPage(call, answer);
        }

        // Filtered again: a server that joins repeated labels by "or" must not make us adopt another identity's job.
        return [.. jobs.Where(job => labels.All(label => job.Labels.TryGetValue(label.Key, out var value) && value == label.Value)).OrderBy(job => job.CreatedAt)];
    }

    /// <returns>Null when the Hub knows no such job.</returns>
    public async Task<HubJob?> GetAsync(string space, string id, CancellationToken stop)
    {
        var call = new HubCall("jobs.get", HttpMethod.Get, $"/api/jobs/{space}/{id}") { Expected = [HttpStatusCode.NotFound] };
        var answer = await http.SendAsync(call, stop);
        return answer.Ok ? Known(HubHttp.Parse(call, answer, HubJson.Default.JobAnswer), call.Name) : null;
    }

    /// <summary>Cancelling a job that has ended, or that the Hub no longer knows, is no error.</summary>
    public Task CancelAsync(string space, string id, CancellationToken stop) =>
        http.SendAsync(new HubCall("jobs.cancel", HttpMethod.Post, $"/api/jobs/{space}/{id}/cancel")
        {
            PerTry = TimeSpan.FromSeconds(30),
            Tries = 8,
            Total = TimeSpan.FromSeconds(120),
            Expected = [HttpStatusCode.NotFound, HttpStatusCode.Conflict, HttpStatusCode.BadRequest],
        }, stop);

    /// <returns>Price per hour in USD of every flavor whose price is by the hour or minute.</returns>
    public async Task<IReadOnlyDictionary<string, decimal>> HourlyPricesAsync(CancellationToken stop)
    {
        var hardware = await http.JsonAsync(new HubCall("jobs.hardware", HttpMethod.Get, "/api/jobs/hardware"), HubJson.Default.ListHardwareAnswer, stop);
        return hardware.Where(one => one is { Name: not null, UnitCostUsd: not null })
            .DistinctBy(one => one.Name).ToDictionary(one => one.Name!, one => one.UnitCostUsd!.Value * (one.UnitLabel is "minute" ? 60 : 1));
    }

    private static HubJob Known(JobAnswer answer, string call) => answer is { Id: { Length: > 0 } id, Status.Stage: { } stage }
        ? new HubJob(id, Stage(stage), answer.Status.Message, answer.CreatedAt ?? DateTimeOffset.MinValue, answer.StartedAt, answer.Labels ?? new Dictionary<string, string>())
        {
            FinishedAt = answer.FinishedAt,
            OutOfCredit = (answer.CancelReason ?? answer.Status.CancelReason) is "NO_CREDITS" or "NO_SUBSCRIPTION" or "RESOURCE_GROUP_LIMIT",
        }
        : throw new HubException(HubFault.BadResponse, call, "a job lacks id or stage") { OutcomeUnknown = true };

    private static JobStage Stage(string stage) => stage switch
    {
        "RUNNING" => JobStage.Running,
        "COMPLETED" => JobStage.Completed,
        "CANCELED" => JobStage.Canceled,
        "ERROR" => JobStage.Error,
        "DELETED" => JobStage.Deleted,
        _ => JobStage.Scheduling,
    };
}
