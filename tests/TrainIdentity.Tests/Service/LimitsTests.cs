using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Service;

/// <summary>What anybody may know before sending anything.</summary>
public sealed class LimitsTests(Tables tables) : LimitsFacts(tables);

/// <summary>Of the build output, and in Published/ of what is deployed.</summary>
public abstract class LimitsFacts(Tables tables)
{
    private const string Route = "/api/limits";

    [Fact]
    public async Task They_are_the_settings_and_need_no_token()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?>
        {
            ["Intake__MaxPhotos"] = "30",
            ["Photos__MaxBytes"] = "1000000",
            ["Limits__OneShotBytes"] = "200000000",
            ["Quota__PerDay"] = "7",
            ["Quota__UsdPerDay"] = "12.50",
            ["Retention__Photos"] = "days:30",
            ["Consent__Required"] = "true",
        });

        var limits = (await PricedAsync(rig)).Json;

        Assert.Equal(
            """{"min":3,"max":30,"maxBytes":1000000,"minSide":64,"maxSide":16384,"maxPixels":128000000,"types":["image/jpeg","image/png"],"kept":"days:30"}""",
            limits["photos"]!.ToJsonString());
        Assert.Equal("""{"maxBytes":65536,"type":"image/jpeg"}""", limits["thumbnail"]!.ToJsonString());
        Assert.Equal("""{"maxCharacters":80,"maxBytes":320}""", limits["name"]!.ToJsonString());
        Assert.Equal((200_000_000, 7), ((int)limits["oneShotBytes"]!, (int)limits["quota"]!["perDay"]!));
        Assert.Equal((12.50m, "flux-512"), ((decimal)limits["quota"]!["usdPerDay"]!, (string?)limits["defaultProfile"]));
        var consent = new Terms(new TrainingOptions(), new RetentionOptions { Photos = "days:30" }).Consent;
        Assert.Equal((consent.Version, consent.Text), ((string?)limits["consent"]!["version"], (string?)limits["consent"]!["text"]));
        Assert.Equal((true, 4), ((bool)limits["consent"]!["required"]!, limits["consent"]!["subjects"]!.AsArray().Count));
        Assert.Equal(
            """
            {"name":"flux-512","version":1,"baseModel":"black-forest-labs/FLUX.1-dev","gated":true,"license":"flux-1-dev-non-commercial-license","licenseUrl":"https://huggingface.co/black-forest-labs/FLUX.1-dev/blob/main/LICENSE.md","resolution":512,"steps":1000,"stepsByPhotos":null,"previews":true,"estimate":{"minutes":35,"usd":1.46,"maxUsd":3.75,"hardware":"a100-large"},"available":true}
            """,
            limits["profiles"]![0]!.ToJsonString());
        Assert.Equal(["flux-512", "flux-512-auto", "flux-1024"], limits["profiles"]!.AsArray().Select(profile => (string)profile!["name"]!));
        Assert.Equal("""{"perPhoto":50,"least":600,"most":2000}""", limits["profiles"]![1]!["stepsByPhotos"]!.ToJsonString());
    }

    [Fact]
    public async Task A_crowd_of_strangers_is_one_question_to_the_hub()
    {
        await using var rig = await ServiceRig.StartAsync(tables);

        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => rig.GetAsync(Route, null)));

        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        await PricedAsync(rig);
        Assert.Equal(1, Questions(rig));
    }

    [Fact]
    public async Task Unchanged_they_are_not_sent_again()
    {
        await using var rig = await ServiceRig.StartAsync(tables);

        var first = await PricedAsync(rig);
        var again = await rig.GetAsync(Route, null, ("If-None-Match", first.Header("ETag")!));
        var other = await rig.GetAsync(Route, null, ("If-None-Match", "\"other\""));
        var head = await rig.SendAsync(HttpMethod.Head, Route, null);

        Assert.Equal((304, "", first.Header("ETag")), (again.Status, again.Text, again.Header("ETag")));
        Assert.Equal((200, first.Text), (other.Status, other.Text));
        Assert.Equal((200, "", first.Header("ETag")), (head.Status, head.Text, head.Header("ETag")));
    }

    [Fact]
    public async Task With_the_hub_silent_they_are_told_without_a_price()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        rig.Hub.Faults.Add(new Fault("jobs.other", FaultKind.Hold, Times: 100));

        var reply = await rig.GetAsync(Route, null);
        rig.Hub.Faults.Clear();

        Assert.Equal((200, null), (reply.Status, Estimate(reply.Json)));
    }

    [Theory]
    [InlineData("Training__Mode", "External", 0)]
    [InlineData("HUGGINGFACE_TOKEN", null, 0)]
    [InlineData("Training__Flavor", "abacus", 1)]
    public async Task What_cannot_be_known_is_null(string setting, string? value, int questions)
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { [setting] = value });

        var reply = await rig.GetAsync(Route, null);

        Assert.Equal((200, null, questions), (reply.Status, Estimate(reply.Json), Questions(rig)));
    }

    /// <summary>Nobody waits long for the price, so on a busy machine the first may be answered without it.</summary>
    private static async Task<Reply> PricedAsync(ServiceRig rig)
    {
        while (true)
        {
            var reply = await rig.GetAsync(Route, null);
            if (Estimate(reply.Json) is not null)
            {
                return reply;
            }
            await Task.Delay(50, ServiceRig.Stop);
        }
    }

    private static JsonNode? Estimate(JsonNode limits) => limits["profiles"]![0]!["estimate"];

    private static int Questions(ServiceRig rig) => rig.Hub.Calls.Latest.Count(call => call.Path == "/api/jobs/hardware");
}
