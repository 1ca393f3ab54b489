using System.Text.Json.Nodes;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Reliability;

/// <summary>What a webhook cannot be answered without: its secret, and the tables.</summary>
public sealed class WebhookOutageTests(Tables tables)
{
    private static readonly string Push = new JsonObject
    {
        ["event"] = new JsonObject { ["action"] = "update", ["scope"] = "repo.content" },
        ["repo"] = new JsonObject { ["type"] = "model", ["name"] = "local/identity-mom-1" },
        ["webhook"] = new JsonObject { ["id"] = "x", ["version"] = 3 },
    }.ToJsonString();

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Without_a_secret_it_is_closed_whatever_is_sent(string configured)
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["HUGGINGFACE_WEBHOOK_SECRET"] = configured });

        foreach (var given in (string?[])[null, "", " ", "anything"])
        {
            var headers = given is null ? Array.Empty<(string, string)>() : [("X-Webhook-Secret", given)];
            var reply = await rig.SendAsync(HttpMethod.Post, "/api/training-status", null, Uploads.Text(Push), headers);

            Assert.Equal((503, "secrets_unavailable"), (reply.Status, reply.Code));
        }
    }

    [Fact]
    public async Task Without_the_tables_no_word_is_said_to_be_taken()
    {
        var nobody = Ports.Free();
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?>
        {
            ["Storage__ConnectionString"] = $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=AAAA;TableEndpoint=http://127.0.0.1:{nobody}/devstoreaccount1;",
        });

        var reply = await rig.SendAsync(HttpMethod.Post, "/api/training-status", null, Uploads.Text(Push), ("X-Webhook-Secret", rig.Stack.WebhookSecret));

        Assert.Equal((503, "storage_unavailable", true), (reply.Status, reply.Code, (bool)reply.Json["retryable"]!));
    }
}
