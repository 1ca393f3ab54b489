using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class RepoTests
{
    [Fact]
    public async Task A_new_repo_has_one_commit_with_the_default_gitattributes_and_no_commit_entry()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        var created = await user.CreateAsync("mira");

        var info = await user.JsonAsync(user.GetAsync("/api/models/local/mira?blobs=true"));
        Assert.Equal("local/mira", (string)created["name"]!);
        Assert.True((bool)info["private"]!);
        Assert.Equal("a6344aac8c09253b3b630fb776ae94478aa0275b", (string)info["siblings"]![0]!["blobId"]!);
        Assert.Equal([JournalKinds.RepoCreated], hub.Journal.Entries.Select(entry => entry.Kind));
    }

    [Theory]
    [InlineData("""{"name":"r"}""", false)]
    [InlineData("""{"name":"r","private":true}""", true)]
    [InlineData("""{"name":"r","visibility":"private"}""", true)]
    [InlineData("""{"name":"r","visibility":"public"}""", false)]
    public async Task A_repo_is_private_only_when_asked(string body, bool expected)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        _ = await user.JsonAsync(user.PostAsync("/api/repos/create", JsonNode.Parse(body)!));

        Assert.Equal(expected, hub.IsPrivate("local/r"));
    }

    [Fact]
    public async Task A_name_can_be_taken_once()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        using var again = await user.PostAsync("/api/repos/create", new JsonObject { ["name"] = "mira" });

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        var body = JsonNode.Parse(await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal("You already created this model repo", (string)body["error"]!);
        Assert.Equal($"{hub.Url.OriginalString}/local/mira", (string)body["url"]!);
    }

    [Fact]
    public async Task Of_many_creations_at_once_one_wins()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        var calls = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => user.PostAsync("/api/repos/create", new JsonObject { ["name"] = "mira" })));

        Assert.Single(calls, call => call.StatusCode is HttpStatusCode.OK);
        Assert.Equal(7, calls.Count(call => call.StatusCode is HttpStatusCode.Conflict));
        Assert.Single(hub.Journal.Entries);
    }

    [Fact]
    public async Task A_repo_deleted_in_the_midst_of_commits_takes_no_more_of_them()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        for (var round = 0; round < 50; round++)
        {
            _ = await user.CreateAsync("mira");

            var commits = Enumerable.Range(0, 6).Select(n => user.TryCommitAsync("local/mira", null, HubUser.Text($"{n}.txt", $"{round}"))).ToList();
            using var deleted = await user.DeleteAsync("/api/repos/delete", new JsonObject { ["name"] = "mira" });
            var answers = await Task.WhenAll(commits);

            Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
            Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound));
            Assert.Equal(JournalKinds.RepoDeleted, hub.Journal.Entries[^1].Kind);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a--b")]
    [InlineData("a..b")]
    [InlineData("a.git")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("ünï")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task An_illegal_name_is_refused(string name)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        using var response = await user.PostAsync("/api/repos/create", new JsonObject { ["name"] = name });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(hub.Repos);
    }

    [Theory]
    [InlineData("A_1.b-c")]
    [InlineData("a")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_legal_name_is_taken(string name)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        _ = await user.CreateAsync(name);

        Assert.Equal([$"local/{name}"], hub.Repos);
    }

    [Fact]
    public async Task Someone_elses_namespace_is_closed()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        using var response = await user.PostAsync("/api/repos/create", new JsonObject { ["name"] = "mira", ["organization"] = "acme" });

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("rights to create a model under the namespace \"acme\"", await HubUser.ErrorAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runner_token_writes_files_but_neither_creates_nor_deletes_nor_publishes()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        using var runner = new HubUser(hub, HubUser.RunnerToken);
        _ = await user.CreateAsync("mira");

        using var create = await runner.PostAsync("/api/repos/create", new JsonObject { ["name"] = "other" });
        using var delete = await runner.DeleteAsync("/api/repos/delete", new JsonObject { ["name"] = "mira" });
        using var publish = await runner.SendAsync(HttpMethod.Put, "/api/models/local/mira/settings", JsonContent.Create(new { visibility = "public" }));
        _ = await runner.CommitAsync("local/mira", null, HubUser.Text("a.txt", "a"));

        Assert.All([create, delete, publish], response => Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode));
        Assert.True(hub.IsPrivate("local/mira"));
        Assert.Equal(Actor.Runner, hub.Journal.Entries[^1].By);
    }

    [Fact]
    public async Task A_deleted_repo_is_gone_and_comes_back_empty()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(1000);
        _ = await user.CreateAsync("mira");
        await user.StoreAsync("local/mira", photo);

        using var deleted = await user.DeleteAsync("/api/repos/delete", new JsonObject { ["name"] = "mira", ["organization"] = "local", ["type"] = "model" });
        using var missing = await user.GetAsync("/api/models/local/mira");
        using var again = await user.DeleteAsync("/api/repos/delete", new JsonObject { ["name"] = "mira" });
        _ = await user.CreateAsync("mira");

        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.All([missing, again], response => Assert.Equal("RepoNotFound", response.Headers.GetValues("X-Error-Code").Single()));
        Assert.False(hub.HasObject("local/mira", HubUser.Oid(photo)));
        Assert.NotNull((await user.BatchAsync("local/mira", photo))[0]["actions"]);
    }

    [Fact]
    public async Task Only_a_real_change_of_visibility_is_an_entry()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        foreach (var visibility in new[] { "private", "public", "public", "private" })
        {
            _ = await user.JsonAsync(user.SendAsync(HttpMethod.Put, "/api/models/local/mira/settings", JsonContent.Create(new { visibility })));
        }

        var changes = hub.Journal.Entries.Where(entry => entry.Kind is JournalKinds.RepoVisibility);
        Assert.Equal(["public", "private"], changes.Select(entry => entry.Message));
    }

    [Fact]
    public async Task A_moved_repo_redirects_from_its_old_name()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        using var moved = await user.PostAsync("/api/repos/move", new JsonObject { ["fromRepo"] = "local/mira", ["toRepo"] = "local/nora", ["type"] = "model" });
        using var old = await user.GetAsync("/api/models/local/mira/tree/main?recursive=true");

        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, old.StatusCode);
        Assert.Equal("/api/models/local/nora/tree/main?recursive=true", old.Headers.Location!.OriginalString);
    }
}
