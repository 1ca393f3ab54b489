using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>
/// An identity by another name: its owner sees the new one, and its repo keeps the first. No webhook comes, whose looks at
/// the record would make new versions of it in between.
/// </summary>
public sealed class RenameTests(RenameTests.QuietService service) : IClassFixture<RenameTests.QuietService>
{
    private ServiceRig Rig => service.Rig;

    [Fact]
    public async Task A_new_name_is_shown_and_the_repo_says_the_first_one()
    {
        var opened = await OpenAsync("renames");
        var (id, repo) = ((string)opened.Json["id"]!, (string)opened.Json["modelId"]!);
        var renamed = await RenameAsync("renames", id, "Mother", opened.Header("ETag")!);
        for (var n = 0; n < 3; n++)
        {
            await Rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/photos/{n + 1}", "renames", new ByteArrayContent(TinyPhotos.Png(n)));
        }
        await Rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/train", "renames");
        await Rig.BecomesAsync(id, "renames", "ready");
        var again = await RenameAsync("renames", id, "  Grandmother ", "*");

        Assert.Equal((200, "Mother"), (renamed.Status, (string?)renamed.Json["identityName"]));
        Assert.NotEqual(opened.Header("ETag"), renamed.Header("ETag"));
        Assert.Equal((200, "Grandmother", "ready"), (again.Status, (string?)again.Json["identityName"], (string?)again.Json["status"]));
        Assert.Equal(again.Header("ETag"), (await GetAsync("renames", id)).Header("ETag"));
        Assert.Equal("Grandmother", (string?)(await Rig.GetAsync("/api/identities", "renames")).Json["identities"]![0]!["identityName"]);
        Assert.Equal("Mom", (string?)(await Rig.GetAsync("/api/me", "renames")).Json["identities"]![0]!["nameInRepo"]);
        var commit = Assert.Single(Rig.Hub.Journal.Entries, entry => entry.Repo == repo && entry is { Kind: JournalKinds.Commit, By: Actor.Service });
        Assert.Equal("Upload training data for Mom (3 images)", commit.Message);
        Assert.Equal("Mom", (string?)JsonNode.Parse(Rig.Hub.ReadFile(repo, "training_config.json"))!["identity_name"]);
        Assert.Contains("# Mom Identity Model", Encoding.UTF8.GetString(Rig.Hub.ReadFile(repo, "README.md", commit.Sha!)!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_names_the_version_it_is_for()
    {
        var opened = await OpenAsync("versions");
        var (id, tag) = ((string)opened.Json["id"]!, opened.Header("ETag")!);

        var without = await Rig.SendAsync(HttpMethod.Patch, $"/api/identities/{id}", "versions", Body("No tag"));
        var refused = new List<Reply>();
        foreach (var wrong in new[] { "\"0\"", $"W/{tag}", tag.Trim('"'), "\"*\"", "\"\"", "\"0\", \"1x\"" })
        {
            refused.Add(await RenameAsync("versions", id, "Wrong tag", wrong));
        }
        var untouched = await GetAsync("versions", id);
        var listed = await RenameAsync("versions", id, "Listed", $"\"0\", W/\"1\", {tag}");
        var stale = await RenameAsync("versions", id, "Stale", tag);
        var any = await RenameAsync("versions", id, "Any", "*");

        Assert.Equal((428, "precondition_required", false), (without.Status, without.Code, (bool)without.Json["retryable"]!));
        Assert.All(refused, reply => Assert.Equal((412, "precondition_failed", false), (reply.Status, reply.Code, (bool)reply.Json["retryable"]!)));
        Assert.Equal(("Mom", tag), ((string?)untouched.Json["identityName"], untouched.Header("ETag")));
        Assert.Equal((200, 412, 200), (listed.Status, stale.Status, any.Status));
        Assert.Equal("Any", (string?)(await GetAsync("versions", id)).Json["identityName"]);
    }

    [Fact]
    public async Task Asking_twice_writes_once()
    {
        var opened = await OpenAsync("twice");
        var (id, tag) = ((string)opened.Json["id"]!, opened.Header("ETag")!);

        var first = await RenameAsync("twice", id, "Mum", tag);
        var second = await RenameAsync("twice", id, "Mum", tag);

        Assert.Equal((200, 200, first.Header("ETag")), (first.Status, second.Status, second.Header("ETag")));
    }

    [Fact]
    public async Task Of_many_changes_to_one_version_one_is_made()
    {
        var opened = await OpenAsync("crowd");
        var (id, tag) = ((string)opened.Json["id"]!, opened.Header("ETag")!);

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => RenameAsync("crowd", id, $"Name {n}", tag)));

        var made = Assert.Single(replies, reply => reply.Status == 200);
        Assert.All(replies.Where(reply => reply != made), reply => Assert.Equal((412, "precondition_failed"), (reply.Status, reply.Code)));
        Assert.Equal((string?)made.Json["identityName"], (string?)(await GetAsync("crowd", id)).Json["identityName"]);
    }

    [Fact]
    public async Task The_list_has_a_tag_that_changes_with_what_it_says()
    {
        await Rig.UploadAsync("tagged", Uploads.Json("Older", Uploads.Three));
        var id = (string)(await Rig.UploadAsync("tagged", Uploads.Json("Newer", Uploads.Three))).Json["identityId"]!;
        foreach (var view in (await Rig.GetAsync("/api/identities", "tagged")).Json["identities"]!.AsArray())
        {
            await Rig.BecomesAsync((string)view!["id"]!, "tagged", "ready");
        }

        var first = await Rig.GetAsync("/api/identities", "tagged");
        var tag = first.Header("ETag")!;
        var same = await Rig.GetAsync("/api/identities", "tagged", ("If-None-Match", $"\"other\", {tag}"));
        var weak = await Rig.GetAsync("/api/identities", "tagged", ("If-None-Match", $"W/{tag}"));
        var any = await Rig.GetAsync("/api/identities", "tagged", ("If-None-Match", "*"));
        var head = await Rig.SendAsync(HttpMethod.Head, "/api/identities", "tagged");
        var page = await Rig.GetAsync("/api/identities?limit=1", "tagged", ("If-None-Match", tag));
        await Rig.SendAsync(HttpMethod.Patch, $"/api/identities/{id}", "tagged", Uploads.Text("""{"identityName":"Newest"}"""), ("If-Match", "*"));
        var changed = await Rig.GetAsync("/api/identities", "tagged", ("If-None-Match", tag));

        Assert.Matches("^\"[0-9a-f]{64}\"$", tag);
        Assert.Equal((304, "", tag), (same.Status, same.Text, same.Header("ETag")));
        Assert.Equal((304, 304, 200, tag), (weak.Status, any.Status, head.Status, head.Header("ETag")));
        Assert.Equal((200, 200), (page.Status, changed.Status));
        Assert.Equal(3, new[] { tag, page.Header("ETag"), changed.Header("ETag") }.Distinct().Count());
        Assert.Equal("Newest", (string?)changed.Json["identities"]![0]!["identityName"]);
    }

    [Fact]
    public async Task A_training_goes_on_by_the_new_name()
    {
        Rig.Hub.Play = JobPlays.FailWithResult();
        try
        {
            var id = (string)(await Rig.UploadAsync("failing", Uploads.Text(TinyPhotos.Json("Dad")))).Json["identityId"]!;
            var training = await RenameAsync("failing", id, "Father", "*");
            var failed = await Rig.BecomesAsync(id, "failing", "failed");
            var renamed = await RenameAsync("failing", id, "Grandfather", "*");

            Assert.Equal((200, "training", "Father"), (training.Status, (string?)training.Json["status"], (string?)failed["identityName"]));
            Assert.Equal((200, "failed", "Grandfather"), (renamed.Status, (string?)renamed.Json["status"], (string?)renamed.Json["identityName"]));
        }
        finally
        {
            Rig.Hub.Play = JobPlays.Succeed;
        }
    }

    [Fact]
    public async Task Only_what_is_there_for_the_caller_is_renamed()
    {
        var opened = await OpenAsync("keeps");
        var id = (string)opened.Json["id"]!;

        var theirs = await RenameAsync("stranger", id, "Stolen", "*");
        var none = await RenameAsync("keeps", "0198c0de-0000-7000-8000-000000000001", "Nobody", "*");
        var untouched = await GetAsync("keeps", id);
        await Rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}", "keeps");
        var deleted = await RenameAsync("keeps", id, "Gone", "*");

        Assert.All(new[] { theirs, none, deleted }, reply => Assert.Equal((404, "identity_not_found"), (reply.Status, reply.Code)));
        Assert.Equal(("Mom", opened.Header("ETag")), ((string?)untouched.Json["identityName"], untouched.Header("ETag")));
    }

    [Theory]
    [InlineData("{}", 422, "name_required")]
    [InlineData("""{"identityName":"   "}""", 422, "name_required")]
    [InlineData("""{"identityName":"a\nb"}""", 422, "name_invalid")]
    [InlineData("""{"identityName":"Mum","status":"ready"}""", 400, "unknown_field")]
    [InlineData("""{"identityname":"Mum"}""", 400, "unknown_field")]
    [InlineData("""{"identityName":"Mum","identityName":"Mom"}""", 400, "request_malformed")]
    [InlineData("""{"identityName":"\ud800"}""", 400, "request_malformed")]
    [InlineData("""{"identityName":7}""", 400, "request_malformed")]
    [InlineData("""{"identityName":null}""", 400, "request_malformed")]
    [InlineData("""["Mum"]""", 400, "request_malformed")]
    [InlineData("""{"identityName":"Mum"}{}""", 400, "request_malformed")]
    [InlineData("", 400, "request_malformed")]
    public async Task What_is_no_name_is_refused(string body, int status, string code)
    {
        var reply = await Rig.SendAsync(HttpMethod.Patch, "/api/identities/0198c0de-0000-7000-8000-000000000001", "unnamed", Uploads.Text(body), ("If-Match", "*"));

        Assert.Equal((status, code), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task A_name_comes_as_JSON()
    {
        var reply = await Rig.SendAsync(
            HttpMethod.Patch, "/api/identities/0198c0de-0000-7000-8000-000000000001", "unnamed", new StringContent("identityName=Mum", Encoding.UTF8, "application/x-www-form-urlencoded"), ("If-Match", "*"));

        Assert.Equal((415, "media_type_not_supported"), (reply.Status, reply.Code));
    }

    private Task<Reply> OpenAsync(string user) => Rig.SendAsync(HttpMethod.Post, "/api/identities", user, Uploads.Text("""{"identityName":"Mom","consent":true}"""));

    private Task<Reply> GetAsync(string user, string id) => Rig.GetAsync($"/api/identities/{id}", user);

    private Task<Reply> RenameAsync(string user, string id, string name, string ifMatch) =>
        Rig.SendAsync(HttpMethod.Patch, $"/api/identities/{id}", user, Body(name), ("If-Match", ifMatch));

    private static HttpContent Body(string name) => Uploads.Text(new JsonObject { ["identityName"] = name }.ToJsonString());

    public sealed class QuietService(Tables tables) : IAsyncLifetime
    {
        public ServiceRig Rig { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Rig = await ServiceRig.StartAsync(tables, hub: options => options with { Webhook = null });

        public ValueTask DisposeAsync() => Rig.DisposeAsync();
    }
}
