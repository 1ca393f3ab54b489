using System.Text.Json.Nodes;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>"What do you hold about me?", and "erase it all".</summary>
public sealed class MeTests(DefaultService service) : MeFacts(service), IClassFixture<DefaultService>;

/// <summary>Of the build output, and in Published/ of what is deployed.</summary>
public abstract class MeFacts(DefaultService service)
{
    private const string Me = "/api/me";

    private readonly ServiceRig _rig = service.Rig;

    [Fact]
    public async Task Everything_held_about_the_caller_is_shown_and_nothing_of_others()
    {
        string[] data = [.. Uploads.Three.Select(name => Convert.ToBase64String(Uploads.Sample(name)))];
        var consent = new JsonObject { ["version"] = Usual.Terms.Consent.Version, ["subject"] = "guardian" };
        var made = (await _rig.UploadAsync("mira", Uploads.Json("Mira's", data, consent: consent), ("Idempotency-Key", "mira-1"))).Json;
        var others = await _rig.UploadAsync("neighbour", Uploads.Json("Neighbour's", Uploads.Three));
        var view = await _rig.BecomesAsync((string)made["identityId"]!, "mira", "ready");

        var reply = await _rig.GetAsync(Me, "mira");
        var me = reply.Json;
        var held = Assert.Single(me["identities"]!.AsArray())!;
        var key = Assert.Single(me["idempotencyKeys"]!.AsArray())!;

        Assert.Equal((200, "mira", 0), (reply.Status, (string?)me["userId"], (int)me["beingErased"]!));
        Assert.Equal(WithoutTime(view), WithoutTime(held["identity"]!));
        Assert.Equal("mira", (string?)held["userId"]);
        Assert.Equal((Usual.Terms.Consent.Version, "guardian"), ((string?)held["consent"]!["version"], (string?)held["consent"]!["subject"]));
        Assert.Matches("^[0-9a-f]{64}$", (string?)held["consent"]!["textSha256"]);
        Assert.Equal(["images/image_001.jpg", "images/image_002.jpg", "images/image_003.png"], held["photos"]!.AsArray().Select(photo => (string)photo!["path"]!));
        Assert.All(held["photos"]!.AsArray(), photo => Assert.True(_rig.Hub.HasObject((string)made["repoId"]!, (string)photo!["sha256"]!)));
        Assert.True(_rig.Hub.HasObject((string)made["repoId"]!, (string)held["weights"]!["sha256"]!));
        Assert.Equal((string?)made["identityId"], (string?)key["identityId"]);
        Assert.DoesNotContain("mira-1", reply.Text, StringComparison.Ordinal);
        Assert.Equal((0, 1, 1), ((int)me["quota"]!["active"]!, (int)me["quota"]!["stored"]!, (int)me["quota"]!["startedToday"]!));
        Assert.True((long)me["quota"]!["bytesToday"]! > 0);
        Assert.DoesNotContain("eighbour", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain((string)others.Json["identityId"]!, reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_somebody_never_seen_nothing_is_held()
    {
        var me = (await _rig.GetAsync(Me, "stranger")).Json;

        Assert.Equal(("stranger", 0, 0, 0), ((string?)me["userId"], me["identities"]!.AsArray().Count, me["idempotencyKeys"]!.AsArray().Count, (int)me["quota"]!["stored"]!));
    }

    [Fact]
    public async Task Nobody_in_particular_is_told_and_erases_nothing()
    {
        var read = await _rig.GetAsync(Me, null);
        var erase = await _rig.SendAsync(HttpMethod.Delete, Me, null);

        Assert.Equal((401, "token_missing", 401, "token_missing"), (read.Status, read.Code, erase.Status, erase.Code));
    }

    [Fact]
    public async Task Erasing_everything_is_accepted_at_once_and_done_soon()
    {
        var others = (await _rig.UploadAsync("stayer", Uploads.Json("Stays", Uploads.Three))).Json;
        List<string> repos = [];
        foreach (var name in (string[])["One", "Two", "Three"])
        {
            repos.Add((string)(await _rig.UploadAsync("goer", Uploads.Json(name, Uploads.Three))).Json["repoId"]!);
        }

        var erased = await _rig.SendAsync(HttpMethod.Delete, Me, "goer");
        var list = await _rig.GetAsync("/api/identities", "goer");
        var during = (await _rig.GetAsync(Me, "goer")).Json;
        var again = await _rig.SendAsync(HttpMethod.Delete, Me, "goer");
        foreach (var repo in repos)
        {
            await _rig.GoneAsync(repo);
        }
        var after = await NothingBeingErasedAsync("goer");

        Assert.Equal((202, 3, 202, 0), (erased.Status, (int)erased.Json["identities"]!, again.Status, (int)again.Json["identities"]!));
        Assert.Empty(list.Json["identities"]!.AsArray());
        Assert.Empty(during["identities"]!.AsArray());
        Assert.Empty(after["idempotencyKeys"]!.AsArray());
        Assert.Equal((0, 0), ((int)after["quota"]!["active"]!, (int)after["quota"]!["stored"]!));
        Assert.True(_rig.Hub.IsPrivate((string)others["repoId"]!));
        Assert.Equal(200, (await _rig.GetAsync($"/api/identities/{(string)others["identityId"]!}", "stayer")).Status);
    }

    /// <summary>A look at the repo in between is a write, and nothing else of the view changes with it.</summary>
    private static string WithoutTime(JsonNode view)
    {
        view.AsObject().Remove("updatedAt");
        return view.ToJsonString();
    }

    private async Task<JsonNode> NothingBeingErasedAsync(string user)
    {
        while (true)
        {
            var me = (await _rig.GetAsync(Me, user)).Json;
            if ((int)me["beingErased"]! == 0)
            {
                return me;
            }
            await Task.Delay(50, ServiceRig.Stop);
        }
    }
}
