using System.Security.Cryptography;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>An address for an image generator: of the owner's weights, for a while, without a token.</summary>
public sealed class WeightsLinkTests(DefaultService service) : IClassFixture<DefaultService>
{
    private const string File = "pytorch_lora_weights.safetensors";
    private const string Nobodys = "0198c0de-0000-7000-8000-000000000001";

    private ServiceRig Rig => service.Rig;

    [Fact]
    public async Task It_gives_exactly_the_weights_and_what_to_do_with_them()
    {
        var (id, repo) = await ReadyAsync(Rig, "links");
        var before = await HeldAsync("links");

        var reply = await LinkAsync(Rig, "links", id);
        var again = await LinkAsync(Rig, "links", id);
        using var http = new HttpClient();
        var url = new Uri((string)reply.Json["url"]!);
        var fetched = await http.GetByteArrayAsync(url, ServiceRig.Stop);
        var held = await HeldAsync("links");

        Assert.Equal((200, 200), (reply.Status, again.Status));
        Assert.Equal(Rig.Hub.StorageUrl.Authority, url.Authority);
        Assert.Equal(Rig.Hub.ReadFile(repo, File), fetched);
        Assert.Equal((File, fetched.Length, Convert.ToHexStringLower(SHA256.HashData(fetched))), ((string?)reply.Json["file"], (int)reply.Json["bytes"]!, (string?)reply.Json["sha256"]));
        var config = System.Text.Json.Nodes.JsonNode.Parse(Rig.Hub.ReadFile(repo, "training_config.json")!)!;
        Assert.Equal(((string?)config["trigger"], "person", (string?)config["base_model"]), ((string?)reply.Json["trigger"], (string?)reply.Json["classWord"], (string?)reply.Json["baseModel"]));
        Assert.Equal(($"{(string?)config["trigger"]} person", $"a photo of {(string?)config["trigger"]} person, {{scene}}", 0.8), ((string?)reply.Json["who"], (string?)reply.Json["promptForm"], (double)reply.Json["scale"]!));
        Assert.InRange((DateTimeOffset)reply.Json["expiresAt"]! - DateTimeOffset.UtcNow, TimeSpan.Zero, TimeSpan.FromMinutes(15));
        Assert.Equal((0, null, 2), ((int)before["weightsLinks"]!, (string?)before["lastWeightsLinkAt"], (int)held["weightsLinks"]!));
        Assert.NotNull(held["lastWeightsLinkAt"]);
        Assert.Equal("no-store", reply.Header("Cache-Control"));
    }

    [Fact]
    public async Task It_is_its_owners_alone()
    {
        var (id, _) = await ReadyAsync(Rig, "owns");

        Assert.Equal((404, "identity_not_found"), await CodeAsync(LinkAsync(Rig, "stranger", id)));
        Assert.Equal((404, "identity_not_found"), await CodeAsync(LinkAsync(Rig, "owns", Nobodys)));
        Assert.Equal((404, "identity_not_found"), await CodeAsync(LinkAsync(Rig, "owns", "1")));
        Assert.Equal((401, "token_missing"), await CodeAsync(LinkAsync(Rig, null, id)));
        Assert.Equal(0, (int)(await HeldAsync("owns"))["weightsLinks"]!);
    }

    [Fact]
    public async Task There_is_none_while_there_is_no_model_and_none_when_the_file_is_another()
    {
        await using var rig = await ServiceRig.StartAsync(service.Tables, hub: options => options with { Play = JobPlays.Hang });
        var made = (await rig.UploadAsync("waits", TinyPhotos.Form("Mom"))).Json;
        var (id, repo) = ((string)made["identityId"]!, (string)made["repoId"]!);
        var early = await LinkAsync(rig, "waits", id);
        await rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/cancel", "waits");
        await rig.BecomesAsync(id, "waits", "failed");
        var failed = await LinkAsync(rig, "waits", id);
        rig.Hub.Play = JobPlays.Succeed;
        await rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/retry", "waits");
        await rig.BecomesAsync(id, "waits", "ready");
        rig.Hub.Push(rig.Stack.RunnerToken, repo, "Other weights", new PushedFile(File, Weights.Of("other").Bytes, Large: true));
        var other = await LinkAsync(rig, "waits", id);

        Assert.All([early, failed, other], reply => Assert.Equal((409, "state_conflict"), (reply.Status, reply.Code)));
        Assert.Equal(0, (int)(await rig.GetAsync("/api/me", "waits")).Json["identities"]![0]!["weightsLinks"]!);
    }

    [Fact]
    public async Task No_line_of_the_log_has_the_address_and_the_rate_is_limited()
    {
        await using var rig = await ServiceRig.StartAsync(service.Tables, new Dictionary<string, string?> { ["Rate__Creations"] = "4" });
        var (id, _) = await ReadyAsync(rig, "often");

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => LinkAsync(rig, "often", id)));

        var (given, refused) = (replies.Where(reply => reply.Status == 200).ToList(), replies.Where(reply => reply.Status != 200).ToList());
        Assert.NotEmpty(given);
        Assert.Equal(given.Count, (int)(await rig.GetAsync("/api/me", "often")).Json["identities"]![0]!["weightsLinks"]!);
        Assert.NotEmpty(refused);
        Assert.All(refused, reply => Assert.Equal((429, "rate_limited", true), (reply.Status, reply.Code, reply.Header("Retry-After") is not null)));
        var links = given.Select(reply => new Uri((string)reply.Json["url"]!)).ToList();
        var told = $"Audit: the owner of identity {id} was given a link to its weights, the 1. in all.";
        while (!rig.Stack.FunctionsHost.HandlerLines.Any(line => line.Contains(told, StringComparison.Ordinal)))
        {
            // What a process prints is read a little later.
            await Task.Delay(50, ServiceRig.Stop);
        }
        Assert.All(rig.Stack.FunctionsHost.HandlerLines, line => Assert.DoesNotContain(links, link =>
            line.Contains(link.AbsolutePath, StringComparison.Ordinal) || line.Contains(System.Web.HttpUtility.ParseQueryString(link.Query)["X-Amz-Signature"]!, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(302, "https://elsewhere.example/weights")]
    public async Task What_the_Hub_gives_in_place_of_an_address_of_its_storage_is_not_passed_on(int status, string? location)
    {
        var user = $"odd-{status}";
        var (id, _) = await ReadyAsync(Rig, user);
        var headers = new Dictionary<string, string> { ["X-Linked-Etag"] = $"\"{(string?)(await HeldAsync(user))["weights"]!["sha256"]}\"" };
        if (location is not null)
        {
            headers["Location"] = location;
        }
        Rig.Hub.Faults.Add(new Fault("resolve", FaultKind.Status, Status: status, Body: "x", Headers: headers));

        Assert.Equal((502, "hub_bad_response"), await CodeAsync(LinkAsync(Rig, user, id)));
        Assert.Equal(0, (int)(await HeldAsync(user))["weightsLinks"]!);
    }

    private static async Task<(string Id, string Repo)> ReadyAsync(ServiceRig rig, string user)
    {
        var made = (await rig.UploadAsync(user, TinyPhotos.Form("Mom"))).Json;
        await rig.BecomesAsync((string)made["identityId"]!, user, "ready");
        return ((string)made["identityId"]!, (string)made["repoId"]!);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> HeldAsync(string user) => (await Rig.GetAsync("/api/me", user)).Json["identities"]![0]!;

    private static Task<Reply> LinkAsync(ServiceRig rig, string? user, string id) => rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/weights-link", user);

    private static async Task<(int Status, string? Code)> CodeAsync(Task<Reply> asked) => await asked is var reply ? (reply.Status, reply.Code) : default;
}
