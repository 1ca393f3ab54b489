using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The webhook: who may call it, and that what it says decides nothing.</summary>
public sealed class TrainingStatusTests(Tables tables) : IAsyncLifetime
{
    private const string Path = "/api/training-status";
    private const string Previous = "the-secret-before";

    private ServiceRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ServiceRig.StartAsync(
        tables,
        new Dictionary<string, string?> { ["HUGGINGFACE_WEBHOOK_SECRET_PREVIOUS"] = Previous, ["Watch__First"] = "01:00:00", ["Training__ResultGrace"] = "00:10:00" });

    [Fact]
    public async Task Only_the_secret_in_its_header_opens_it()
    {
        var body = Push("local/none");

        var none = await SendAsync(body);
        var wrong = await SendAsync(body, ("X-Webhook-Secret", "wrong"));
        var empty = await SendAsync(body, ("X-Webhook-Secret", ""));
        var twice = await SendAsync(body, ("X-Webhook-Secret", _rig.Stack.WebhookSecret), ("X-Webhook-Secret", _rig.Stack.WebhookSecret));
        var query = await _rig.SendAsync(HttpMethod.Post, $"{Path}?secret={_rig.Stack.WebhookSecret}", null, Uploads.Text(body));
        var current = await SendAsync(body, ("X-Webhook-Secret", _rig.Stack.WebhookSecret));
        var previous = await SendAsync(body, ("X-Webhook-Secret", Previous));

        Assert.Equal([401, 401, 401, 401, 401, 200, 200], new[] { none, wrong, empty, twice, query, current, previous }.Select(reply => reply.Status));
        Assert.Single(new[] { none, wrong, empty, twice, query }.Select(WithoutTrace).Distinct());
        Assert.Equal("webhook_unauthorized", none.Code);
    }

    [Fact]
    public async Task What_is_no_payload_is_refused_in_order_of_cost()
    {
        (string, string) secret = ("X-Webhook-Secret", _rig.Stack.WebhookSecret);

        var text = await _rig.SendAsync(HttpMethod.Post, Path, null, new StringContent("{}", Encoding.UTF8, "text/plain"), secret);
        var large = await SendAsync(new string(' ', 65 * 1024) + "{}", secret);
        var broken = await SendAsync("{", secret);
        var list = await SendAsync("[]", secret);
        var read = await _rig.SendAsync(HttpMethod.Get, Path, null, null, secret);

        Assert.Equal([415, 413, 400, 400, 405], new[] { text, large, broken, list, read }.Select(reply => reply.Status));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"event":{"scope":"repo.content"},"repo":{"name":"no-slash"}}""")]
    [InlineData("""{"event":{"scope":"repo.content"},"repo":{"name":5}}""")]
    [InlineData("""{"event":{"scope":"discussion"},"repo":{"name":"local/x"},"webhook":{"version":3}}""")]
    [InlineData("""{"event":{"scope":"repo.content"},"repo":{"name":"local/x"},"webhook":{"version":4}}""")]
    [InlineData("""{"event":{"scope":"repo.content"},"repo":{"name":"local/x"},"webhook":{"version":3}}""")]
    [InlineData("""{"repo":{"name":"local/x"}}""")]
    public async Task What_is_not_about_a_repo_of_ours_is_taken_and_ignored(string body) =>
        Assert.Equal(200, (await SendAsync(body, ("X-Webhook-Secret", _rig.Stack.WebhookSecret))).Status);

    [Fact]
    public async Task A_push_by_the_trainer_makes_the_identity_ready_without_waiting_for_a_tick()
    {
        var made = (await _rig.UploadAsync("hook", Uploads.Json("Hook", Uploads.Three))).Json;
        await _rig.Hub.Journal.WaitForAsync(entry => entry is { Kind: JournalKinds.WebhookSent } && entry.Repo == (string)made["repoId"]! && RunnerHasPushed(entry.Repo), ServiceRig.Stop);

        await _rig.BecomesAsync((string)made["identityId"]!, "hook", "ready");
    }

    [Fact]
    public async Task A_forged_word_moves_nothing()
    {
        _rig.Hub.Play = JobPlays.Hang;
        var made = (await _rig.UploadAsync("forged", Uploads.Json("Forged", Uploads.Three))).Json;
        var push = Push((string)made["repoId"]!);

        for (var n = 0; n < 20; n++)
        {
            Assert.Equal(200, (await SendAsync(push, ("X-Webhook-Secret", _rig.Stack.WebhookSecret))).Status);
        }

        var view = (await _rig.GetAsync($"/api/identities/{(string)made["identityId"]!}", "forged")).Json;
        Assert.Equal("training", (string?)view["status"]);
    }

    [Fact]
    public async Task Weights_that_do_not_verify_are_never_ready()
    {
        _rig.Hub.Play = JobPlays.InvalidWeights;
        var made = (await _rig.UploadAsync("liar", Uploads.Json("Liar", Uploads.Three))).Json;
        var repo = (string)made["repoId"]!;
        await _rig.Hub.Journal.WaitForAsync(entry => entry.Kind == JournalKinds.JobEnded && entry.Repo == repo, ServiceRig.Stop);

        await SendAsync(Push(repo), ("X-Webhook-Secret", _rig.Stack.WebhookSecret));

        // Right after a look of its own the service follows the word up a moment later.
        for (string? stage = null; stage != "verifying";)
        {
            var view = (await _rig.GetAsync($"/api/identities/{(string)made["identityId"]!}", "liar")).Json;
            Assert.Equal("training", (string?)view["status"]);
            stage = (string?)view["stage"];
            await Task.Delay(50, ServiceRig.Stop);
        }
    }

    [Fact]
    public async Task A_failed_result_says_why_in_plain_words()
    {
        _rig.Hub.Play = JobPlays.FailWithResult("out_of_memory");
        var made = (await _rig.UploadAsync("oom", Uploads.Json("Oom", Uploads.Three))).Json;

        var view = await _rig.BecomesAsync((string)made["identityId"]!, "oom", "failed");

        Assert.Equal("out_of_memory", (string?)view["errorCode"]);
        Assert.Contains("memory", (string?)view["errorMessage"], StringComparison.Ordinal);
        Assert.True(_rig.Hub.IsPrivate((string)made["repoId"]!));
    }

    [Fact]
    public async Task A_result_of_another_attempt_or_job_counts_for_nothing()
    {
        _rig.Hub.Play = JobPlays.Hang;
        var made = (await _rig.UploadAsync("stranger", Uploads.Json("Stranger", Uploads.Three))).Json;
        var repo = (string)made["repoId"]!;
        var result = new JsonObject { ["status"] = "failed", ["attempt"] = 1, ["job_id"] = "somebody-elses", ["code"] = "job_error" };
        _rig.Hub.Push(_rig.Stack.RunnerToken, repo, "A result", new PushedFile("training_result.json", Encoding.UTF8.GetBytes(result.ToJsonString())));

        await SendAsync(Push(repo), ("X-Webhook-Secret", _rig.Stack.WebhookSecret));

        Assert.Equal("training", (string?)(await _rig.GetAsync($"/api/identities/{(string)made["identityId"]!}", "stranger")).Json["status"]);
    }

    [Fact]
    public async Task With_the_Hub_away_the_word_is_kept_and_followed_up()
    {
        _rig.Hub.Play = JobPlays.Hang;
        var made = (await _rig.UploadAsync("away", Uploads.Json("Away", Uploads.Three))).Json;
        _rig.Hub.Faults.Add(new Fault("info", FaultKind.Status, Times: 6, Status: 503));

        var reply = await SendAsync(Push((string)made["repoId"]!), ("X-Webhook-Secret", _rig.Stack.WebhookSecret));

        Assert.Equal(200, reply.Status);
    }

    private static string WithoutTrace(Reply reply)
    {
        var body = reply.Json;
        body.AsObject().Remove("instance");
        return body.ToJsonString();
    }

    private bool RunnerHasPushed(string repo) => _rig.Hub.Journal.Entries.Any(entry => entry is { Kind: JournalKinds.Commit, By: Actor.Runner } && entry.Repo == repo);

    private Task<Reply> SendAsync(string body, params (string, string)[] headers) => _rig.SendAsync(HttpMethod.Post, Path, null, Uploads.Text(body), headers);

    private static string Push(string repo) => new JsonObject
    {
        ["event"] = new JsonObject { ["action"] = "update", ["scope"] = "repo.content" },
        ["repo"] = new JsonObject { ["type"] = "model", ["name"] = repo, ["headSha"] = new string('f', 40) },
        ["webhook"] = new JsonObject { ["id"] = "x", ["version"] = 3 },
    }.ToJsonString();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();
}
