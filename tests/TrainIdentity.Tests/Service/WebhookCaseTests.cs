using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The webhook through the whole service, case by case: who may call it, and that what it says decides nothing.</summary>
public sealed class WebhookCaseTests(WebhookRigs rigs) : IClassFixture<WebhookRigs>
{
    private const string Table = "webhook.json";

    public static TheoryData<string> Cases => CaseFile.Ids<WebhookCase>(Table, one => one.Id);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_webhook_is_answered_and_followed_up_as_the_table_says(string id)
    {
        var expected = CaseFile.Read<WebhookCase>(Table).Single(one => one.Id == id);
        var send = expected.Send ?? new WebhookSend();
        var rig = await rigs.WithAsync(expected.Settings);
        var scene = await WebhookScene.SetAsync(rig, expected.Scene);

        var reply = await send.ToAsync(rig, scene.Fill);

        Assert.Equal((expected.Status, expected.Code), (reply.Status, reply.Status < 400 ? null : reply.Code));
        Assert.Equal(reply.Status < 400 ? """{"success":true}""" : reply.Text, reply.Text);
        Assert.Equal(reply.Status is 429 or 503, reply.Header("Retry-After") is not null);
        await scene.ShowsAsync(expected.Effect, () => send.ToAsync(rig, scene.Fill));
    }

    [Fact]
    public async Task Missing_and_wrong_secrets_are_told_the_same()
    {
        var rig = await rigs.WithAsync(null);
        var told = new List<string>();

        foreach (var secret in (string[][])[[], [""], ["wrong"], [Canaries.WebhookSecret[..^1]], [Canaries.WebhookSecret, Canaries.WebhookSecret]])
        {
            var body = (await new WebhookSend(Secret: secret).ToAsync(rig, text => text)).Json;
            body.AsObject().Remove("instance");
            told.Add(body.ToJsonString());
        }

        Assert.Single(told.Distinct());
    }
}
