using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>An upload photo by photo, as a page does it.</summary>
public sealed class DraftTests(DefaultService service) : DraftFacts(service), IClassFixture<DefaultService>;

/// <summary>Of the build output, and in Published/ of what is deployed.</summary>
public abstract class DraftFacts(DefaultService service)
{
    private const string Owner = "draft-owner";

    private ServiceRig Rig => service.Rig;

    [Fact]
    public async Task Photos_come_one_by_one_and_are_trained_on()
    {
        var opened = await OpenAsync("opens");
        var id = (string)opened.Json["id"]!;
        var repo = (string)opened.Json["modelId"]!;
        Assert.Equal((201, "uploading", "uploading", 0), (opened.Status, (string?)opened.Json["status"], (string?)opened.Json["stage"], (int)opened.Json["numTrainingImages"]!));
        Assert.EndsWith($"/api/identities/{id}", opened.Header("Location"));
        Assert.True(Rig.Hub.IsPrivate(repo));

        var put = await Task.WhenAll(Uploads.Three.Select((sample, n) => PutAsync("opens", id, n + 1, Uploads.Sample(sample))));
        var view = (await Rig.GetAsync($"/api/identities/{id}", "opens")).Json;
        var trained = await TrainAsync("opens", id);
        var ready = await Rig.BecomesAsync(id, "opens", "ready");

        Assert.All(put, reply => Assert.Equal(200, reply.Status));
        Assert.Contains("gps", put[1].Json["removed"]!.AsArray().Select(name => (string?)name));
        Assert.All(put, reply => Assert.True(Rig.Hub.HasObject(repo, (string)reply.Json["sha256"]!)));
        Assert.Equal(3, (int)view["numTrainingImages"]!);
        Assert.Equal((202, id, 3), (trained.Status, (string?)trained.Json["id"], (int)ready["numTrainingImages"]!));
        Assert.Equal(
            put.Select(reply => (string)reply.Json["sha256"]!),
            new[] { "images/image_001.jpg", "images/image_002.jpg", "images/image_003.png" }.Select(path => Convert.ToHexStringLower(SHA256.HashData(Rig.Hub.ReadFile(repo, path)!))));
        Assert.Single(Rig.Hub.Journal.Entries, entry => entry.Repo == repo && entry is { Kind: JournalKinds.Commit, By: Actor.Service });
        Assert.Equal(202, (await TrainAsync("opens", id)).Status);
    }

    [Fact]
    public async Task A_photo_is_replaced_taken_back_and_sent_again_without_counting_twice()
    {
        var id = (string)(await OpenAsync("changes")).Json["id"]!;
        for (var n = 0; n < 3; n++)
        {
            await PutAsync("changes", id, n + 1, Uploads.Sample(Uploads.Three[n]));
        }

        var again = await PutAsync("changes", id, 2, Uploads.Sample(Uploads.Three[1]));
        var replaced = await PutAsync("changes", id, 3, Uploads.Sample(Uploads.Three[0]));
        var same = await TrainAsync("changes", id);
        var taken = await Rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}/photos/2", "changes");
        var takenAgain = await Rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}/photos/2", "changes");
        var few = await TrainAsync("changes", id);
        var view = (await Rig.GetAsync($"/api/identities/{id}", "changes")).Json;
        var held = (await Rig.GetAsync("/api/me", "changes")).Json["identities"]![0]!["photos"]!.AsArray();

        Assert.Equal((200, 200, 204, 204), (again.Status, replaced.Status, taken.Status, takenAgain.Status));
        Assert.Equal((422, "not_enough_distinct_images"), (same.Status, same.Code));
        Assert.Equal((422, "too_few_images"), (few.Status, few.Code));
        Assert.Equal(("uploading", 2), ((string?)view["status"], (int)view["numTrainingImages"]!));
        Assert.Equal(["images/image_001.jpg", "images/image_003.jpg"], held.Select(photo => (string?)photo!["path"]));
    }

    [Fact]
    public async Task Photos_that_the_Hub_lost_are_named_and_come_again()
    {
        var opened = await OpenAsync("loses");
        var (id, repo) = ((string)opened.Json["id"]!, (string)opened.Json["modelId"]!);
        var put = new List<Reply>();
        foreach (var (sample, n) in Uploads.Three.Select((sample, n) => (sample, n)))
        {
            put.Add(await PutAsync("loses", id, 5 + n, Uploads.Sample(sample)));
        }
        Rig.Hub.LoseObject(repo, (string)put[1].Json["sha256"]!);

        var missing = await TrainAsync("loses", id);
        var view = (await Rig.GetAsync($"/api/identities/{id}", "loses")).Json;
        var again = await PutAsync("loses", id, 6, Uploads.Sample(Uploads.Three[1]));
        var trained = await TrainAsync("loses", id);
        await Rig.BecomesAsync(id, "loses", "ready");

        Assert.Equal((409, "photos_missing", false), (missing.Status, missing.Code, (bool)missing.Json["retryable"]!));
        Assert.Equal(["/photos/6"], missing.Json["errors"]!.AsArray().Select(error => (string?)error!["pointer"]));
        Assert.Equal(("uploading", "photos_missing", 2), ((string?)view["status"], (string?)view["errorCode"], (int)view["numTrainingImages"]!));
        Assert.Equal((200, 202), (again.Status, trained.Status));
    }

    [Fact]
    public async Task The_same_key_opens_the_same_draft()
    {
        var first = await OpenAsync("repeats", ("Idempotency-Key", "once"));
        var second = await OpenAsync("repeats", ("Idempotency-Key", "once"));
        var other = await Rig.SendAsync(HttpMethod.Post, "/api/identities", "repeats", Body("Somebody else"), ("Idempotency-Key", "once"));

        Assert.Equal((201, 201, (string?)first.Json["id"]), (first.Status, second.Status, (string?)second.Json["id"]));
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other.Code));
    }

    [Fact]
    public async Task A_draft_that_is_deleted_or_cancelled_leaves_nothing()
    {
        var deleted = await OpenAsync("leaves");
        var canceled = await OpenAsync("leaves");
        var ids = new[] { deleted, canceled }.Select(reply => (string)reply.Json["id"]!).ToList();
        await PutAsync("leaves", ids[0], 1, Uploads.Sample(Uploads.Three[0]));
        await PutAsync("leaves", ids[1], 1, Uploads.Sample(Uploads.Three[0]));

        Assert.Equal(202, (await Rig.SendAsync(HttpMethod.Delete, $"/api/identities/{ids[0]}", "leaves")).Status);
        Assert.Equal(202, (await Rig.SendAsync(HttpMethod.Post, $"/api/identities/{ids[1]}/cancel", "leaves")).Status);
        await Rig.GoneAsync((string)deleted.Json["modelId"]!);
        await Rig.GoneAsync((string)canceled.Json["modelId"]!);

        Assert.Equal(404, (await PutAsync("leaves", ids[0], 1, Uploads.Sample(Uploads.Three[0]))).Status);
        var closed = await PutAsync("leaves", ids[1], 1, Uploads.Sample(Uploads.Three[0]));
        Assert.Equal((409, "state_conflict"), (closed.Status, closed.Code));
        Assert.Equal((409, "state_conflict"), ((await TrainAsync("leaves", ids[1])).Status, (await TrainAsync("leaves", ids[1])).Code));
    }

    [Fact]
    public async Task What_a_draft_holds_is_told_while_it_is_open()
    {
        var id = (string)(await OpenAsync("resumes")).Json["id"]!;
        var third = await PutAsync("resumes", id, 12, Uploads.Sample(Uploads.Three[2]));
        var first = await PutAsync("resumes", id, 2, Uploads.Sample(Uploads.Three[0]));
        var second = await PutAsync("resumes", id, 3, Uploads.Sample(Uploads.Three[1]));

        var held = await Rig.GetAsync($"/api/identities/{id}/photos", "resumes");
        var head = await Rig.SendAsync(HttpMethod.Head, $"/api/identities/{id}/photos", "resumes");
        var stranger = await Rig.GetAsync($"/api/identities/{id}/photos", "stranger");
        await TrainAsync("resumes", id);
        var closed = await Rig.GetAsync($"/api/identities/{id}/photos", "resumes");

        Assert.Equal(new[] { first, second, third }.Select(reply => WithoutRemoved(reply.Json)), held.Json["photos"]!.AsArray().Select(photo => photo!.ToJsonString()));
        Assert.Equal((200, ""), (head.Status, head.Text));
        Assert.Equal((404, "identity_not_found"), (stranger.Status, stranger.Code));
        Assert.Equal((409, "state_conflict"), (closed.Status, closed.Code));
        Assert.Equal((404, "identity_not_found"), await CodeAsync(Rig.GetAsync("/api/identities/0198c0de-0000-7000-8000-000000000001/photos", "resumes")));
    }

    [Fact]
    public async Task Photos_and_their_training_meet_in_some_order_and_agree()
    {
        var opened = await OpenAsync("races");
        var (id, repo) = ((string)opened.Json["id"]!, (string)opened.Json["modelId"]!);
        for (var n = 0; n < 3; n++)
        {
            await PutAsync("races", id, n + 1, Uploads.Sample(Uploads.Three[n]));
        }

        var late = Enumerable.Range(4, 6).Select(n => PutAsync("races", id, n, Uploads.Sample(Uploads.Three[n % 3]))).ToList();
        var trained = await TrainAsync("races", id);
        var answers = await Task.WhenAll(late);
        var ready = await Rig.BecomesAsync(id, "races", "ready");

        Assert.Equal(202, trained.Status);
        Assert.All(answers, reply => Assert.True(reply.Status is 200 || reply is { Status: 409, Code: "state_conflict" }, reply.Text));
        Assert.Equal(3 + answers.Count(reply => reply.Status is 200), (int)ready["numTrainingImages"]!);
        Assert.Equal(3 + answers.Count(reply => reply.Status is 200), Rig.Hub.Files(repo)!.Keys.Count(path => path.StartsWith("images/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Only_so_many_drafts_are_open_at_a_time()
    {
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal(201, (await OpenAsync("many")).Status);
        }
        var fourth = await OpenAsync("many");

        Assert.Equal((429, "quota_exceeded"), (fourth.Status, fourth.Code));
    }

    [Fact]
    public async Task Another_user_finds_no_draft()
    {
        var id = (string)(await OpenAsync(Owner)).Json["id"]!;

        Assert.Equal((404, "identity_not_found"), await CodeAsync(PutAsync("stranger", id, 1, Uploads.Sample(Uploads.Three[0]))));
        Assert.Equal((404, "identity_not_found"), await CodeAsync(TrainAsync("stranger", id)));
        Assert.Equal((404, "identity_not_found"), await CodeAsync(Rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}/photos/1", "stranger")));
    }

    [Theory]
    [InlineData("""{"identityName":"Mom"}""", 422, "consent_required")]
    [InlineData("""{"identityName":"Mom","consent":false}""", 422, "consent_required")]
    [InlineData("""{"identityName":"Mom","consent":{"version":"99","subject":"self"}}""", 422, "consent_required")]
    [InlineData("""{"consent":true}""", 422, "name_required")]
    [InlineData("""{"identityName":"Mom","consent":true,"steps":1}""", 400, "unknown_field")]
    [InlineData("""{"identityName":"Mom","identityName":"Dad","consent":true}""", 400, "request_malformed")]
    [InlineData("""{"identityName":"Mom","consent":true,"profile":"flux-9000"}""", 400, "request_malformed")]
    [InlineData("""{"identityName":"Mom","consent":true,"classWord":"{evil}"}""", 400, "request_malformed")]
    [InlineData("""{"identityName":7,"consent":true}""", 400, "request_malformed")]
    [InlineData("""{"identityName":"\ud800","consent":true}""", 400, "request_malformed")]
    [InlineData("[]", 400, "request_malformed")]
    [InlineData("{", 400, "request_malformed")]
    public async Task What_no_draft_can_be_opened_with_is_refused(string body, int status, string code)
    {
        Assert.Equal((status, code), await CodeAsync(Rig.SendAsync(HttpMethod.Post, "/api/identities", "refused", Uploads.Text(body))));
        Assert.Empty((await Rig.GetAsync("/api/identities", "refused")).Json["identities"]!.AsArray());
    }

    [Fact]
    public async Task A_photo_that_is_none_is_refused_by_its_number_and_keeps_no_place()
    {
        var id = (string)(await OpenAsync("wrong")).Json["id"]!;

        var heic = await PutAsync("wrong", id, 7, [0, 0, 0, 24, .. "ftypheic"u8, .. new byte[64]]);

        Assert.Equal((422, "image_type_not_allowed", "/photos/7"), (heic.Status, heic.Code, (string?)heic.Json["errors"]![0]!["pointer"]));
        Assert.Equal((422, "image_empty"), await CodeAsync(PutAsync("wrong", id, 1, [])));
        Assert.Equal((404, "photo_not_found"), await CodeAsync(PutAsync("wrong", id, 41, Uploads.Sample(Uploads.Three[0]))));
        Assert.Equal((404, "photo_not_found"), await CodeAsync(Rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}/photos/0", "wrong")));
        Assert.Equal(0, (int)(await Rig.GetAsync($"/api/identities/{id}", "wrong")).Json["numTrainingImages"]!);
    }

    private Task<Reply> OpenAsync(string user, params (string Name, string Value)[] headers) => Rig.SendAsync(HttpMethod.Post, "/api/identities", user, Body("Mom"), headers);

    private Task<Reply> PutAsync(string user, string id, int number, byte[] photo) =>
        Rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/photos/{number}", user, new ByteArrayContent(photo));

    private Task<Reply> TrainAsync(string user, string id) => Rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/train", user);

    private static HttpContent Body(string name) => Uploads.Text(new JsonObject { ["identityName"] = name, ["consent"] = true }.ToJsonString());

    private static string WithoutRemoved(JsonNode put)
    {
        put.AsObject().Remove("removed");
        return put.ToJsonString();
    }

    private static async Task<(int Status, string? Code)> CodeAsync(Task<Reply> asked) => await asked is var reply ? (reply.Status, reply.Code) : default;
}
