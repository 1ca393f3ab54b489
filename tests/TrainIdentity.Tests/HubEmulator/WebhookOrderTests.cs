using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.HubEmulator.Faults;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class WebhookOrderTests
{
    [Fact]
    public async Task Shuffled_events_of_one_moment_arrive_last_first()
    {
        var clock = new FakeTimeProvider();
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await HubUser.StartAsync(options => options with
        {
            Clock = clock,
            Webhook = receiver.Url,
            WebhookShuffle = TimeSpan.FromSeconds(1),
            // The clock runs ahead while a delivery is on its way.
            WebhookTimeout = TimeSpan.FromDays(40),
        });
        using var user = new HubUser(hub);

        foreach (var name in new[] { "one", "two", "three" }) _ = await user.CreateAsync(name);
        var deliveries = await clock.AdvanceUntilAsync(receiver.NextAsync(3));

        Assert.Equal(["local/three", "local/two", "local/one"], deliveries.Select(delivery => (string)delivery.Body["repo"]!["name"]!));
    }

    [Fact]
    public async Task Every_delivery_can_be_doubled_from_the_start()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var hub = await HubUser.StartAsync(options => options with
        {
            Webhook = receiver.Url,
            Faults = [new("webhook", FaultKind.Duplicate, Times: int.MaxValue)],
        });
        using var user = new HubUser(hub);

        _ = await user.CreateAsync("one");
        var deliveries = await receiver.NextAsync(2);

        Assert.Equal(deliveries[0].Id, deliveries[1].Id);
    }

    [Fact]
    public async Task A_delivery_is_replayed_under_its_old_id_and_tells_what_the_receiver_answered()
    {
        await using var receiver = await Receiver.StartAsync(500, 200, 418);
        await using var hub = await HubUser.StartAsync(options => options with { WebhookRetryDelays = [TimeSpan.Zero] });
        using var user = new HubUser(hub);
        var webhook = await RegisterAsync(user, receiver.Url);
        _ = await user.CreateAsync("mira");
        var attempts = await receiver.NextAsync(2);
        _ = await hub.Journal.WaitForAsync(entry => entry.Kind is "webhook.sent", TestContext.Current.CancellationToken);
        var sent = hub.Deliveries;

        var answer = await user.JsonAsync(user.PostAsync($"/api/settings/webhooks/{webhook}/replay/{sent[0].Id}", new JsonObject()));
        var replayed = await receiver.NextAsync();
        using var unknown = await user.PostAsync($"/api/settings/webhooks/{webhook}/replay/0123456789abcdef01234567", new JsonObject());
        var log = await user.JsonAsync(user.GetAsync("/_emulator/deliveries"));

        Assert.Equal([500, 200], sent.Select(attempt => attempt.Status));
        Assert.Equal(418, (int)answer["status"]!);
        Assert.Equal((attempts[0].Id, "s3cret"), (replayed.Id, replayed.Secret));
        Assert.True(JsonNode.DeepEquals(attempts[0].Body, replayed.Body));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal([500, 200, 418], log.AsArray().Select(attempt => (int)attempt!["status"]!));
    }

    private static async Task<string> RegisterAsync(HubUser user, Uri url)
    {
        var answer = await user.JsonAsync(user.PostAsync("/api/settings/webhooks", new JsonObject
        {
            ["watched"] = new JsonArray(new JsonObject { ["type"] = "user", ["name"] = "local" }),
            ["domains"] = new JsonArray("repo"),
            ["url"] = url.OriginalString,
            ["secret"] = "s3cret",
        }));
        return (string)answer["webhook"]!["id"]!;
    }
}
