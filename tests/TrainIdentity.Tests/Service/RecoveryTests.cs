using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The process killed, answers lost, webhooks lost: the identity still comes to its end, and nothing happens twice.</summary>
public sealed class RecoveryTests(Tables tables)
{
    [Fact]
    public async Task Killed_in_the_middle_of_the_upload_the_same_request_resumes_the_same_identity()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Lease__Duration"] = "00:00:06", ["Lease__Margin"] = "00:00:01" });
        rig.Hub.Faults.Add(new Fault("put", FaultKind.Hold));
        var upload = Task.Run(() => rig.UploadAsync("resumer", Uploads.Json("Resumed", Uploads.Three)), ServiceRig.Stop);
        await rig.Hub.Faults.WaitUntilHeldAsync(ServiceRig.Stop);
        rig.Stack.FunctionsHost.KillHandler();
        rig.Hub.Faults.Clear();
        await upload;

        var again = await rig.UploadAsync("resumer", Uploads.Multipart("Resumed", Uploads.Three));
        while (again.Status == 409)
        {
            Assert.Equal(("idempotency_in_progress", "5"), (again.Code, again.Header("Retry-After")));
            await Task.Delay(200, ServiceRig.Stop);
            again = await rig.UploadAsync("resumer", Uploads.Multipart("Resumed", Uploads.Three));
        }

        Assert.Equal(200, again.Status);
        var view = await EndsReadyAsync(rig, "resumer");
        OnceEach(rig, (string)view["modelId"]!);
    }

    [Fact]
    public async Task An_upload_whose_client_never_comes_back_is_cleared()
    {
        await using var rig = await ServiceRig.StartAsync(
            tables, new Dictionary<string, string?> { ["Intake__AbandonedAfter"] = "00:00:02", ["Lease__Duration"] = "00:00:06", ["Lease__Margin"] = "00:00:01" });
        rig.Hub.Faults.Add(new Fault("batch", FaultKind.Hold));
        var upload = Task.Run(() => rig.UploadAsync("left", Uploads.Json("Left", Uploads.Three)), ServiceRig.Stop);
        await rig.Hub.Faults.WaitUntilHeldAsync(ServiceRig.Stop);
        rig.Stack.FunctionsHost.KillHandler();
        rig.Hub.Faults.Clear();
        await upload;

        var id = (string)(await rig.GetAsync("/api/identities", "left")).Json["identities"]![0]!["id"]!;
        var view = await rig.BecomesAsync(id, "left", "failed");
        await rig.GoneAsync((string)view["modelId"]!);

        Assert.Equal("upload_interrupted", (string?)view["errorCode"]);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("commit")]
    [InlineData("jobs.start")]
    public async Task An_effect_whose_answer_was_lost_is_adopted_and_not_repeated(string route)
    {
        // The second look for a job that may have started comes a minute after the first.
        await using var rig = await ServiceRig.StartAsync(tables);
        rig.Hub.Faults.Add(new Fault(route, FaultKind.ErrorAfterEffect, Status: 504));

        var reply = await rig.UploadAsync("lost", Uploads.Json("Lost", Uploads.Three));

        Assert.Equal((200, "training"), (reply.Status, (string?)reply.Json["status"]));
        var view = await EndsReadyAsync(rig, "lost");
        OnceEach(rig, (string)view["modelId"]!);
    }

    [Fact]
    public async Task With_every_webhook_lost_the_timer_finds_out_by_itself()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: options => options with { Webhook = null });

        var reply = await rig.UploadAsync("deaf", Uploads.Json("Deaf", Uploads.Three));
        await rig.BecomesAsync((string)reply.Json["identityId"]!, "deaf", "ready");

        Assert.DoesNotContain(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.WebhookSent);
    }

    [Fact]
    public async Task A_job_that_never_ends_is_cancelled_at_its_deadline()
    {
        await using var rig = await ServiceRig.StartAsync(
            tables,
            new Dictionary<string, string?> { ["Training__Timeout"] = "00:01:00", ["Training__Overtime"] = "-00:00:59", ["Training__QueueTime"] = "00:00:00" },
            hub: options => options with { Play = JobPlays.StuckInScheduling });

        var reply = await rig.UploadAsync("stuck", Uploads.Json("Stuck", Uploads.Three));
        var view = await rig.BecomesAsync((string)reply.Json["identityId"]!, "stuck", "failed");

        Assert.Equal("job_timeout", (string?)view["errorCode"]);
        Assert.Single(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.JobCanceled);
    }

    [Fact]
    public async Task A_Hub_that_refuses_every_look_cannot_keep_an_identity_in_training()
    {
        await using var rig = await ServiceRig.StartAsync(
            tables,
            new Dictionary<string, string?> { ["Training__Timeout"] = "00:01:00", ["Training__Overtime"] = "-00:00:57", ["Training__QueueTime"] = "00:00:00" },
            hub: options => options with { Play = JobPlays.StuckInScheduling });
        var reply = await rig.UploadAsync("blind", Uploads.Json("Blind", Uploads.Three));
        rig.Hub.Faults.Add(new Fault("info", FaultKind.Status, Times: 10_000, Status: 403));

        var view = await rig.BecomesAsync((string)reply.Json["identityId"]!, "blind", "failed");

        Assert.Equal("job_timeout", (string?)view["errorCode"]);
    }

    [Fact]
    public async Task A_job_that_comes_up_for_an_identity_being_erased_is_not_left_running()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: options => options with { Play = JobPlays.Hang });
        rig.Hub.Faults.Add(new Fault("jobs.start", FaultKind.Hold, After: true));
        var upload = Task.Run(() => rig.UploadAsync("eraser", Uploads.Json("Erased", Uploads.Three)), ServiceRig.Stop);
        await rig.Hub.Faults.WaitUntilHeldAsync(ServiceRig.Stop);
        var view = (await rig.GetAsync("/api/identities", "eraser")).Json["identities"]![0]!;

        var deleted = await rig.SendAsync(HttpMethod.Delete, $"/api/identities/{(string)view["id"]!}", "eraser");
        rig.Hub.Faults.Clear();
        await upload;
        await rig.Hub.Journal.WaitForAsync(entry => entry.Kind == JournalKinds.JobCanceled, ServiceRig.Stop);
        await rig.GoneAsync((string)view["modelId"]!);

        Assert.Equal(202, deleted.Status);
        Assert.Single(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.JobStarted);
    }

    [Fact]
    public async Task A_repo_that_was_there_before_us_is_neither_changed_nor_deleted()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        rig.Hub.Faults.Add(new Fault("create", FaultKind.Hold));
        var upload = Task.Run(() => rig.UploadAsync("second", Uploads.Json("Second", Uploads.Three)), ServiceRig.Stop);
        await rig.Hub.Faults.WaitUntilHeldAsync(ServiceRig.Stop);
        var view = (await rig.GetAsync("/api/identities", "second")).Json["identities"]![0]!;
        var repo = (string)view["modelId"]!;
        rig.Hub.AddToken("hf_other", "local");
        await CreateAsync(rig, repo);
        rig.Hub.Push("hf_other", repo, "Somebody's", new PushedFile("theirs.txt", "theirs"u8.ToArray()));

        rig.Hub.Faults.Clear();
        var reply = await upload;
        await rig.BecomesAsync((string)view["id"]!, "second", "failed");
        await rig.TickAsync();
        await rig.SendAsync(HttpMethod.Delete, $"/api/identities/{(string)view["id"]!}", "second");

        Assert.Equal((503, "hub_unavailable"), (reply.Status, reply.Code));
        Assert.Equal("theirs"u8.ToArray(), rig.Hub.ReadFile(repo, "theirs.txt"));
        Assert.False(rig.Hub.IsPrivate(repo));
    }

    private static async Task CreateAsync(ServiceRig rig, string repo)
    {
        using var http = new HttpClient();
        using var create = new HttpRequestMessage(HttpMethod.Post, new Uri(rig.Hub.Url, "/api/repos/create"))
        {
            Content = Uploads.Text($$"""{"name":"{{repo.Split('/')[1]}}","type":"model","visibility":"public"}"""),
        };
        create.Headers.Authorization = new("Bearer", "hf_other");
        (await http.SendAsync(create, ServiceRig.Stop)).EnsureSuccessStatusCode();
    }

    public static TheoryData<string, string> Ends => new() { { "none", "weights_missing" }, { "error", "job_error" }, { "memory", "out_of_memory" }, { "lie", "weights_invalid" } };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_job_that_ended_without_a_model_is_a_failure_after_a_grace(string end, string code)
    {
        var play = end switch { "none" => JobPlays.CompleteWithoutResult, "error" => JobPlays.ErrorWithoutResult("something is wrong"), "memory" => JobPlays.ErrorWithoutResult(), _ => JobPlays.InvalidWeights };
        await using var rig = await ServiceRig.StartAsync(
            tables, new Dictionary<string, string?> { ["Training__ResultGrace"] = "00:00:01" }, hub: options => options with { Play = play });

        var reply = await rig.UploadAsync("ended", Uploads.Json("Ended", Uploads.Three));
        var view = await rig.BecomesAsync((string)reply.Json["identityId"]!, "ended", "failed");

        Assert.Equal(code, (string?)view["errorCode"]);
    }

    [Fact]
    public async Task A_failure_keeps_its_repo_for_a_while_and_no_longer()
    {
        await using var rig = await ServiceRig.StartAsync(
            tables, new Dictionary<string, string?> { ["Training__FailedKept"] = "00:00:02" }, hub: options => options with { Play = JobPlays.FailWithResult() });

        var reply = await rig.UploadAsync("kept", Uploads.Json("Kept", Uploads.Three));
        await rig.BecomesAsync((string)reply.Json["identityId"]!, "kept", "failed");
        await rig.GoneAsync((string)reply.Json["repoId"]!);

        Assert.Equal("failed", (string?)(await rig.GetAsync($"/api/identities/{(string)reply.Json["identityId"]!}", "kept")).Json["status"]);
    }

    [Theory]
    [InlineData(402, "hub_quota", "no_credit")]
    [InlineData(403, "hub_unavailable", "launch_rejected")]
    [InlineData(422, "hub_unavailable", "launch_rejected")]
    public async Task A_training_refused_for_good_is_said_so_and_said_again(int status, string code, string errorCode)
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        rig.Hub.Faults.Add(new Fault("jobs.start", FaultKind.Status, Status: status));

        var reply = await rig.UploadAsync("refused", Uploads.Json("Refused", Uploads.Three));
        var again = await rig.UploadAsync("refused", Uploads.Json("Refused", Uploads.Three));

        Assert.Equal((503, code, false), (reply.Status, reply.Code, (bool)reply.Json["retryable"]!));
        Assert.Equal((503, code), (again.Status, again.Code));
        Assert.Equal(errorCode, (string?)(await rig.GetAsync("/api/identities", "refused")).Json["identities"]![0]!["errorCode"]);
        Assert.DoesNotContain(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.JobStarted);
    }

    [Fact]
    public async Task A_repo_that_comes_out_public_is_made_private_before_a_photo_leaves()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        rig.Hub.Faults.Add(new Fault("create", FaultKind.Public));

        var reply = await rig.UploadAsync("public", Uploads.Json("Public", Uploads.Three));

        var kinds = rig.Hub.Journal.Entries.Where(entry => entry.Repo == (string)reply.Json["repoId"]!).Select(entry => entry.Kind).ToList();
        Assert.Equal(200, reply.Status);
        Assert.True(kinds.IndexOf(JournalKinds.RepoVisibility) is var mended and > 0 && mended < kinds.IndexOf(JournalKinds.ObjectStored));
    }

    [Fact]
    public async Task With_external_training_nothing_is_launched_and_newer_weights_mean_ready()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Training__Mode"] = "External", ["HUGGINGFACE_TRAINER_TOKEN"] = null });
        var reply = await rig.UploadAsync("external", Uploads.Json("External", Uploads.Three));
        var (id, repo) = ((string)reply.Json["identityId"]!, (string)reply.Json["repoId"]!);
        rig.Hub.Push(rig.Stack.RunnerToken, repo, "Not weights", new PushedFile("pytorch_lora_weights.safetensors", new byte[64], Large: true));
        await rig.TickAsync();
        var before = (string?)(await rig.GetAsync($"/api/identities/{id}", "external")).Json["status"];

        rig.Hub.Push(rig.Stack.RunnerToken, repo, "Weights", new PushedFile("pytorch_lora_weights.safetensors", Weights.Of("x").Bytes, Large: true));
        await rig.BecomesAsync(id, "external", "ready");

        Assert.Equal("training", before);
        Assert.DoesNotContain(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.JobStarted);
    }

    [Fact]
    public async Task While_the_Hub_is_away_a_request_says_so_and_the_next_one_goes_on()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        rig.Hub.Faults.Add(new Fault("batch", FaultKind.Status, Status: 401, Body: """{"error":"Invalid credentials in Authorization header"}"""));

        var away = await rig.UploadAsync("patient", Uploads.Json("Patient", Uploads.Three));
        var again = await rig.UploadAsync("patient", Uploads.Json("Patient", Uploads.Three));

        Assert.Equal((503, "hub_auth_failed", true), (away.Status, away.Code, (bool)away.Json["retryable"]!));
        Assert.Equal(200, again.Status);
        Assert.Single(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.RepoCreated);
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> EndsReadyAsync(ServiceRig rig, string user)
    {
        var id = (string)(await rig.GetAsync("/api/identities", user)).Json["identities"]!.AsArray().Single()!["id"]!;
        return await rig.BecomesAsync(id, user, "ready");
    }

    private static void OnceEach(ServiceRig rig, string repo)
    {
        Assert.Single(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.RepoCreated);
        Assert.Single(rig.Hub.Journal.Entries, entry => entry is { Kind: JournalKinds.Commit, By: Actor.Service } && entry.Repo == repo);
        Assert.Single(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.JobStarted);
    }
}
