using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class JobTests
{
    private const string Repo = JobSpecs.Repo;

    [Fact]
    public async Task A_job_completes_by_itself_and_commits_as_the_runner()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        var started = await user.JsonAsync(user.PostAsync("/api/jobs/local", JobSpecs.New()));
        var ended = await EndAsync(hub);

        var id = (string)started["id"]!;
        Assert.Equal("SCHEDULING", (string)started["status"]!["stage"]!);
        Assert.Equal((id, "COMPLETED", Repo), (ended.JobId, ended.Message, ended.Repo));
        Assert.Equal(
            [("job.started", Actor.Service), ("object.stored", Actor.Runner), ("commit", Actor.Runner), ("job.ended", Actor.Other)],
            hub.Journal.Entries.TakeLast(4).Select(entry => (entry.Kind, entry.By)));
        Assert.Equal(["pytorch_lora_weights.safetensors", "training_result.json"], hub.Journal.Entries[^2].Paths);
        var result = JsonNode.Parse(hub.ReadFile(Repo, "training_result.json"))!;
        Assert.Equal(("succeeded", 2, id, 1000), ((string)result["status"]!, (int)result["attempt"]!, (string)result["job_id"]!, (int)result["steps"]!));
        Assert.Equal(("a photo of tkq7 woman", "0123abc"), ((string)result["instance_prompt"]!, (string)result["input_commit"]!));
    }

    [Fact]
    public async Task The_weights_are_a_valid_safetensors_file_and_the_result_describes_them()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        _ = await user.JsonAsync(user.PostAsync("/api/jobs/local", JobSpecs.New()));
        _ = await EndAsync(hub);

        var bytes = hub.ReadFile(Repo, Weights.FileName)!;
        var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, headerLength).ToArray())!.AsObject();
        var tensors = header.Where(item => item.Key is not "__metadata__").Select(item => item.Value!).ToList();

        var described = JsonNode.Parse(hub.ReadFile(Repo, "training_result.json"))!["weights"]!;
        Assert.Equal((HubUser.Oid(bytes), bytes.Length, tensors.Count), ((string)described["sha256"]!, (int)described["bytes"]!, (int)described["tensors"]!));
        Assert.Equal(HubUser.Oid(bytes), hub.Files(Repo)![Weights.FileName].Oid);
        var end = 0;
        foreach (var tensor in tensors)
        {
            Assert.Equal(end, (int)tensor["data_offsets"]![0]!);
            end = (int)tensor["data_offsets"]![1]!;
            var valueBytes = (string)tensor["dtype"]! is "F32" ? 4 : 2;
            Assert.Equal(end - (int)tensor["data_offsets"]![0]!, (int)tensor["shape"]![0]! * (int)tensor["shape"]![1]! * valueBytes);
        }

        Assert.Equal(bytes.Length, 8 + headerLength + end);
    }

    [Fact]
    public async Task A_canceled_job_makes_no_commit_and_stays_canceled()
    {
        await using var hub = await HubUser.StartAsync(options => options with { Play = JobPlays.Hang });
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        var id = (string)(await user.JsonAsync(user.PostAsync("/api/jobs/local", JobSpecs.New())))["id"]!;

        var canceled = await user.JsonAsync(user.PostAsync($"/api/jobs/local/{id}/cancel", new JsonObject()));
        _ = await user.JsonAsync(user.PostAsync($"/api/jobs/local/{id}/cancel", new JsonObject()));

        Assert.Equal("CANCELED", (string)canceled["status"]!["stage"]!);
        Assert.Equal(["repo.created", "job.started", "job.canceled"], hub.Journal.Entries.Select(entry => entry.Kind));
        Assert.Equal(Actor.Service, hub.Journal.Entries[^1].By);
    }

    [Fact]
    public async Task A_job_whose_repo_is_gone_ends_as_an_error()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        _ = await user.JsonAsync(user.PostAsync("/api/jobs/local", JobSpecs.New()));
        var ended = await EndAsync(hub);

        Assert.Equal("ERROR", ended.Message);
        Assert.Empty(hub.Repos);
    }

    [Fact]
    public async Task A_job_is_stopped_when_its_time_is_up()
    {
        var clock = new FakeTimeProvider();
        await using var hub = await HubUser.StartAsync(options => options with { Play = JobPlays.Hang, Clock = clock });
        using var user = new HubUser(hub);

        var id = (string)(await user.JsonAsync(user.PostAsync("/api/jobs/local", JobSpecs.New())))["id"]!;
        _ = await clock.AdvanceUntilAsync(EndAsync(hub));

        var job = await user.JsonAsync(user.GetAsync($"/api/jobs/local/{id}"));
        Assert.Equal(("ERROR", "Job timeout"), ((string)job["status"]!["stage"]!, (string)job["status"]!["message"]!));
    }

    [Fact]
    public async Task Other_courses_can_be_played()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        async Task<(string Stage, string? Result)> PlayAsync(JobPlay play)
        {
            hub.Play = play;
            var id = (string)(await user.JsonAsync(user.PostAsync("/api/jobs/local", JobSpecs.New())))["id"]!;
            var ended = await hub.Journal.WaitForAsync(entry => entry.Kind is JournalKinds.JobEnded && entry.JobId == id, TestContext.Current.CancellationToken);
            var file = hub.ReadFile(Repo, "training_result.json");
            return (ended.Message!, file is null ? null : (string)JsonNode.Parse(file)!["status"]!);
        }

        Assert.Equal(("COMPLETED", null), await PlayAsync(JobPlays.CompleteWithoutResult));
        Assert.Equal(("ERROR", null), await PlayAsync(JobPlays.ErrorWithoutResult()));
        Assert.Equal(("ERROR", "failed"), await PlayAsync(JobPlays.FailWithResult()));
        Assert.Equal(("COMPLETED", "succeeded"), await PlayAsync(JobPlays.InvalidWeights));
        Assert.Equal(ulong.MaxValue, BinaryPrimitives.ReadUInt64LittleEndian(hub.ReadFile(Repo, Weights.FileName)));
    }

    [Fact]
    public async Task Jobs_are_listed_by_stage_and_label()
    {
        await using var hub = await HubUser.StartAsync(options => options with { Play = JobPlays.StuckInScheduling });
        using var user = new HubUser(hub);
        var first = JobSpecs.New();
        var second = JobSpecs.New();
        second["labels"]!["identity"] = "other";
        _ = await user.JsonAsync(user.PostAsync("/api/jobs/local", first));
        _ = await user.JsonAsync(user.PostAsync("/api/jobs/local", second));

        var both = await user.JsonAsync(user.GetAsync("/api/jobs/local?label=app%3Dtrain-identity"));
        var one = await user.JsonAsync(user.GetAsync("/api/jobs/local?label=app%3Dtrain-identity&label=identity%3Dother&stage=RUNNING&stage=SCHEDULING"));
        var none = await user.JsonAsync(user.GetAsync("/api/jobs/local/count?stage=COMPLETED"));

        Assert.Equal(2, both.AsArray().Count);
        Assert.Equal("other", (string)one.AsArray().Single()!["labels"]!["identity"]!);
        Assert.Equal(0, (int)none["count"]!);
    }

    [Fact]
    public async Task A_job_shows_the_names_of_its_secrets_only()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        var job = await user.JsonAsync(user.PostAsync("/api/jobs/local", JobSpecs.New()));

        Assert.Equal(["HF_TOKEN"], job["secrets"]!.AsArray().Select(name => (string)name!));
        Assert.DoesNotContain(HubUser.RunnerToken, job.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(("local", "user", 5400), ((string)job["owner"]!["name"]!, (string)job["owner"]!["type"]!, (int)job["timeout"]!));
    }

    [Fact]
    public async Task Logs_are_events_that_end_with_the_job()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        var id = (string)(await user.JsonAsync(user.PostAsync("/api/jobs/local", JobSpecs.New())))["id"]!;

        using var response = await user.GetAsync($"/api/jobs/local/{id}/logs");
        var events = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        using var tail = await user.GetAsync($"/api/jobs/local/{id}/logs?tail=1");

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var lines = events.Select(item => (string)JsonNode.Parse(item["data: ".Length..])!["data"]!).ToList();
        Assert.Contains("""IDT {"stage":"training","step":1000,"total":1000,"loss":0.31}""", lines);
        Assert.Equal(events[^1], (await tail.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimEnd());
    }

    private static Task<JournalEntry> EndAsync(EmulatedHub hub) =>
        hub.Journal.WaitForAsync(entry => entry.Kind is JournalKinds.JobEnded, TestContext.Current.CancellationToken);
}
