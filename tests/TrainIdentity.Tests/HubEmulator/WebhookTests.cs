using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class WebhookTests
{
    [Fact]
    public async Task A_push_is_delivered_with_the_secret_and_then_journaled()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await HubUser.StartAsync(options => options with { Webhook = receiver.Url, WebhookSecret = "s3cret" });
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        _ = await receiver.NextAsync();
        var before = hub.Head("local/mira");

        var after = await user.CommitAsync("local/mira", null, HubUser.Text("a.txt", "a"));

        var delivery = await receiver.NextAsync();
        Assert.Equal("s3cret", delivery.Secret);
        Assert.Equal("repo.content update", delivery.What);
        var change = delivery.Body["updatedRefs"]![0]!;
        Assert.Equal(("refs/heads/main", before, after), ((string)change["ref"]!, (string)change["oldSha"]!, (string)change["newSha"]!));
        var repo = delivery.Body["repo"]!;
        Assert.Equal(("model", "local/mira", true, after), ((string)repo["type"]!, (string)repo["name"]!, (bool)repo["private"]!, (string)repo["headSha"]!));
        Assert.Equal(3, (int)delivery.Body["webhook"]!["version"]!);
        var sent = await hub.Journal.WaitForAsync(
            entry => entry is { Kind: JournalKinds.WebhookSent, Message: "repo.content update" }, TestContext.Current.CancellationToken);
        Assert.Equal((Actor.Other, "local/mira"), (sent.By, sent.Repo));
    }

    [Fact]
    public async Task Every_kind_of_change_is_told()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await HubUser.StartAsync(options => options with { Webhook = receiver.Url });
        using var user = new HubUser(hub);

        _ = await user.CreateAsync("mira");
        var created = await receiver.NextAsync();
        _ = await user.SendAsync(HttpMethod.Put, "/api/models/local/mira/settings", JsonContent.Create(new { visibility = "public" }));
        var configured = await receiver.NextAsync();
        _ = await user.PostAsync("/api/repos/move", new JsonObject { ["fromRepo"] = "local/mira", ["toRepo"] = "local/nora" });
        var moved = await receiver.NextAsync();
        _ = await user.DeleteAsync("/api/repos/delete", new JsonObject { ["name"] = "nora" });
        var deleted = await receiver.NextAsync();

        Assert.Equal(["repo create", "repo.config update", "repo move", "repo delete"],
            new[] { created, configured, moved, deleted }.Select(delivery => delivery.What));
        Assert.False((bool)configured.Body["updatedConfig"]!["private"]!);
        Assert.Equal("local/nora", (string)moved.Body["movedTo"]!["name"]!);
        Assert.Null(created.Secret);
    }

    [Fact]
    public async Task A_pull_request_is_told_as_a_discussion_and_as_a_push_to_its_own_ref()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await HubUser.StartAsync(options => options with { Webhook = receiver.Url });
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        _ = await receiver.NextAsync();

        _ = await user.JsonAsync(user.NdjsonAsync("local/mira", [HubUser.Line("header", new() { ["summary"] = "A pull" })], "main?create_pr=1"));

        var deliveries = (await receiver.NextAsync(2)).ToDictionary(delivery => delivery.What);
        Assert.True((bool)deliveries["discussion create"].Body["discussion"]!["isPullRequest"]!);
        Assert.Null(deliveries["discussion create"].Body["repo"]!["headSha"]);
        var change = deliveries["repo.content update"].Body["updatedRefs"]![0]!;
        Assert.Equal(("refs/pr/1", null), ((string)change["ref"]!, (string?)change["oldSha"]));
    }

    [Fact]
    public async Task A_failed_delivery_is_repeated_under_the_same_id_and_journaled_once()
    {
        await using var receiver = await Receiver.StartAsync(500, 503);
        await using var hub = await StartAsync(receiver, waits: 2);
        using var user = new HubUser(hub);

        _ = await user.CreateAsync("mira");
        var attempts = await receiver.NextAsync(3);
        _ = await hub.Journal.WaitForAsync(entry => entry.Kind is JournalKinds.WebhookSent, TestContext.Current.CancellationToken);

        Assert.Single(attempts.Select(attempt => attempt.Id).Distinct());
        Assert.True(Guid.TryParse(attempts[0].Id, out _));
        Assert.Single(hub.Journal.Entries, entry => entry.Kind is JournalKinds.WebhookSent);
    }

    [Fact]
    public async Task Different_events_have_different_ids()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await StartAsync(receiver, waits: 0);
        using var user = new HubUser(hub);

        _ = await user.CreateAsync("mira");
        _ = await user.CreateAsync("nora");
        var deliveries = await receiver.NextAsync(2);

        Assert.NotEqual(deliveries[0].Id, deliveries[1].Id);
    }

    [Fact]
    public async Task A_webhook_that_keeps_failing_is_suspended_until_it_is_enabled()
    {
        await using var receiver = await Receiver.StartAsync([.. Enumerable.Repeat(500, 10)]);
        await using var hub = await StartAsync(receiver: null, waits: 0);
        using var user = new HubUser(hub);
        var id = await RegisterAsync(user, receiver.Url);
        for (var n = 0; n < 10; n++)
        {
            _ = await user.CreateAsync($"r{n}");
            _ = await receiver.NextAsync();
        }

        var suspended = await UntilAsync(() => user.JsonAsync(user.GetAsync($"/api/settings/webhooks/{id}")),
            answer => answer["webhook"]!["disabled"]!.GetValueKind() is System.Text.Json.JsonValueKind.String);
        var enabled = await user.JsonAsync(user.PostAsync($"/api/settings/webhooks/{id}/enable", new JsonObject()));

        Assert.Equal("suspended-after-failure", (string)suspended["webhook"]!["disabled"]!);
        Assert.False((bool)enabled["webhook"]!["disabled"]!);
    }

    [Fact]
    public async Task A_registered_webhook_hears_of_what_it_watches_and_never_shows_its_secret()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await StartAsync(receiver: null, waits: 0);
        using var user = new HubUser(hub);
        var id = await RegisterAsync(user, receiver.Url, "model", "local/nora");

        _ = await user.CreateAsync("mira");
        _ = await user.CreateAsync("nora");
        var delivery = await receiver.NextAsync();
        var shown = await user.JsonAsync(user.GetAsync("/api/settings/webhooks"));

        Assert.Equal("local/nora", (string)delivery.Body["repo"]!["name"]!);
        Assert.Equal(id, (string)delivery.Body["webhook"]!["id"]!);
        Assert.True((bool)shown[0]!["hasSecret"]!);
        Assert.DoesNotContain("s3cret", shown.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliveries_can_be_lost_and_doubled()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await StartAsync(receiver, waits: 0);
        using var user = new HubUser(hub);
        hub.Faults.Add(new("webhook", FaultKind.Lose));

        _ = await user.CreateAsync("lost");
        while (hub.Faults.Waiting.Count > 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        hub.Faults.Add(new("webhook", FaultKind.Duplicate));
        _ = await user.CreateAsync("twice");
        var deliveries = await receiver.NextAsync(2);

        Assert.All(deliveries, delivery => Assert.Equal("local/twice", (string)delivery.Body["repo"]!["name"]!));
        Assert.Equal(deliveries[0].Id, deliveries[1].Id);
    }

    [Theory]
    [InlineData("""{"watched":[],"domains":["repo"],"url":"http://127.0.0.1/"}""")]
    [InlineData("""{"watched":[{"type":"user","name":"local"}],"domains":["discussions"],"url":"http://127.0.0.1/"}""")]
    [InlineData("""{"watched":[{"type":"user","name":"local"}],"domains":["repo"]}""")]
    public async Task A_webhook_that_makes_no_sense_is_refused(string body)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        using var response = await user.PostAsync("/api/settings/webhooks", JsonNode.Parse(body)!);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static Task<EmulatedHub> StartAsync(Receiver? receiver, int waits) => HubUser.StartAsync(options => options with
    {
        Webhook = receiver?.Url,
        WebhookRetryDelays = [.. Enumerable.Repeat(TimeSpan.Zero, waits)],
    });

    private static async Task<string> RegisterAsync(HubUser user, Uri url, string type = "user", string name = "local")
    {
        var answer = await user.JsonAsync(user.PostAsync("/api/settings/webhooks", new JsonObject
        {
            ["watched"] = new JsonArray(new JsonObject { ["type"] = type, ["name"] = name }),
            ["domains"] = new JsonArray("repo"),
            ["url"] = url.OriginalString,
            ["secret"] = "s3cret",
        }));
        return (string)answer["webhook"]!["id"]!;
    }

    private static async Task<JsonNode> UntilAsync(Func<Task<JsonNode>> ask, Func<JsonNode, bool> wanted)
    {
        var answer = await ask();
        while (!wanted(answer))
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
            answer = await ask();
        }

        return answer;
    }
}
