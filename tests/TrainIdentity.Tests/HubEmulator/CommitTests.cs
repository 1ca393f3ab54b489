using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class CommitTests
{
    private const string Repo = "local/mira";

    [Fact]
    public async Task Of_two_commits_on_one_parent_the_second_is_refused_and_can_be_rebased()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        var parent = hub.Head(Repo);

        var both = await Task.WhenAll(
            user.TryCommitAsync(Repo, parent, HubUser.Text("a.txt", "a")), user.TryCommitAsync(Repo, parent, HubUser.Text("b.txt", "b")));
        _ = await user.CommitAsync(Repo, hub.Head(Repo), HubUser.Text("c.txt", "c"));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.PreconditionFailed], both.Select(response => response.StatusCode).Order());
        Assert.Equal(2, hub.Journal.Entries.Count(entry => entry.Kind is JournalKinds.Commit));
    }

    [Fact]
    public async Task A_pointer_to_nothing_is_refused_by_name_and_nothing_changes()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        var parent = hub.Head(Repo);

        using var response = await user.TryCommitAsync(Repo, parent, HubUser.Text("a.txt", "a"), HubUser.Pointer("b.jpg", HubUser.Bytes(10)));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = await HubUser.ErrorAsync(response);
        Assert.StartsWith("Your push was rejected because an LFS pointer pointed to a file that does not exist.", error, StringComparison.Ordinal);
        Assert.EndsWith("- b.jpg", error, StringComparison.Ordinal);
        Assert.Equal(parent, hub.Head(Repo));
    }

    [Theory]
    [InlineData("""{"key":"header","value":{}}""", "string, received undefined", "value.summary")]
    [InlineData("""{"key":"header","summary":"flat"}""", "string, received undefined", "value.summary")]
    [InlineData("""{"key":"header","value":{"summary":null}}""", "string, received null", "value.summary")]
    [InlineData("""{"key":"header","value":{"summary":7}}""", "string, received number", "value.summary")]
    [InlineData("""{"key":"file","value":{"path":"a","content":"a"}}""", "string, received undefined", "value.summary")]
    [InlineData("{", "string, received undefined", "value.summary")]
    [InlineData("", "string, received undefined", "value.summary")]
    public async Task A_bad_header_gets_the_validators_words(string body, string what, string where)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        using var response = await user.SendAsync(
            HttpMethod.Post, $"/api/models/{Repo}/commit/main", new StringContent(body, Encoding.UTF8, "application/x-ndjson"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal($"✖ Invalid input: expected {what}\n  → at {where}", await HubUser.ErrorAsync(response));
    }

    [Fact]
    public async Task An_unknown_key_a_missing_path_and_a_path_out_of_the_repo_are_refused()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        var parent = hub.Head(Repo);

        using var unknown = await user.TryCommitAsync(Repo, null, HubUser.Gone("rename", "a"));
        using var nameless = await user.TryCommitAsync(Repo, null, HubUser.Line("file", new() { ["content"] = "a" }));
        using var outside = await user.TryCommitAsync(Repo, null, HubUser.Text("..\\a", "a"));
        using var missing = await user.TryCommitAsync(Repo, null, HubUser.Text("a", "a"), HubUser.Gone("deletedFile", "b"));

        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, nameless.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, outside.StatusCode);
        Assert.Equal("EntryNotFound", missing.Headers.GetValues("X-Error-Code").Single());
        Assert.Equal(parent, hub.Head(Repo));
    }

    [Fact]
    public async Task A_file_of_git_is_at_most_ten_mebibytes()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        using var large = await user.TryCommitAsync(Repo, null, HubUser.Text("large.txt", new string('a', (10 << 20) + 1)));
        using var full = await user.TryCommitAsync(Repo, null, HubUser.Text("full.txt", new string('a', 10 << 20)));

        Assert.Equal(HttpStatusCode.BadRequest, large.StatusCode);
        var error = await HubUser.ErrorAsync(large);
        Assert.Contains("larger than 10 MiB", error, StringComparison.Ordinal);
        Assert.EndsWith("- large.txt (ref: refs/heads/main)", error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, full.StatusCode);
    }

    [Fact]
    public async Task Ids_are_those_of_git()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(1234);
        _ = await user.CreateAsync("mira");
        await user.StoreAsync(Repo, photo);

        _ = await user.CommitAsync(Repo, null, HubUser.Text("dir/empty.txt", ""), HubUser.Pointer("a.jpg", photo));

        var tree = await user.JsonAsync(user.GetAsync($"/api/models/{Repo}/tree/main?recursive=true"));
        var pointer = $"version https://git-lfs.github.com/spec/v1\noid sha256:{HubUser.Oid(photo)}\nsize 1234\n";
        Assert.Equal("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", (string)Entry(tree, "dir/empty.txt")["oid"]!);
        Assert.Equal(GitIds.Blob(Encoding.ASCII.GetBytes(pointer)), (string)Entry(tree, "a.jpg")["oid"]!);
        Assert.Equal(pointer.Length, (int)Entry(tree, "a.jpg")["lfs"]!["pointerSize"]!);
        Assert.Equal("directory", (string)Entry(tree, "dir")["type"]!);
    }

    [Fact]
    public async Task Gitattributes_get_a_line_for_each_lfs_file_that_no_pattern_covers()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var (photo, weights) = (HubUser.Bytes(10), HubUser.Bytes(11));
        _ = await user.CreateAsync("mira");
        await user.StoreAsync(Repo, photo);
        await user.StoreAsync(Repo, weights);

        _ = await user.CommitAsync(Repo, null, HubUser.Pointer("images/my photo.jpg", photo), HubUser.Pointer("w.safetensors", weights));

        var text = Encoding.UTF8.GetString(hub.ReadFile(Repo, ".gitattributes")!);
        Assert.EndsWith("\nimages/my[[:space:]]photo.jpg filter=lfs diff=lfs merge=lfs -text\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("w.safetensors", text, StringComparison.Ordinal);
        Assert.Equal([".gitattributes", "images/my photo.jpg", "w.safetensors"], hub.Journal.Entries[^1].Paths);
    }

    [Fact]
    public async Task A_committed_gitattributes_counts_for_the_files_of_its_own_commit()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(10);
        _ = await user.CreateAsync("mira");
        await user.StoreAsync(Repo, photo);
        const string Patterns = "images/* filter=lfs diff=lfs merge=lfs -text\n";

        _ = await user.CommitAsync(Repo, null, HubUser.Pointer("images/a.jpg", photo), HubUser.Text(".gitattributes", Patterns));

        Assert.Equal(Patterns, Encoding.UTF8.GetString(hub.ReadFile(Repo, ".gitattributes")!));
    }

    [Fact]
    public async Task Files_and_folders_are_deleted_and_moved()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        _ = await user.CommitAsync(Repo, null, HubUser.Text("a", "a"), HubUser.Text("d/b", "b"), HubUser.Text("d/c", "c"), HubUser.Text("e", "e"));

        using var folderAsFile = await user.TryCommitAsync(Repo, null, HubUser.Gone("deletedFile", "d"));
        _ = await user.CommitAsync(Repo, null, HubUser.Gone("deletedFolder", "d/"), HubUser.Gone("deletedEntry", "a"),
            HubUser.Line("file", new() { ["path"] = "f/e", ["oldPath"] = "e" }));

        Assert.Equal(HttpStatusCode.NotFound, folderAsFile.StatusCode);
        Assert.Equal([".gitattributes", "f/e"], hub.Files(Repo)!.Keys);
        Assert.Equal(["a", "d/b", "d/c", "e", "f/e"], hub.Journal.Entries[^1].Paths);
    }

    [Fact]
    public async Task A_pull_request_has_its_own_ref_readable_in_both_spellings()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        var main = hub.Head(Repo);

        var answer = await user.JsonAsync(user.NdjsonAsync(Repo,
            [HubUser.Line("header", new() { ["summary"] = "A pull" }), HubUser.Text("a.txt", "a")], "main?create_pr=1"));
        using var encoded = await user.GetAsync($"/api/models/{Repo}/tree/refs%2Fpr%2F1");
        using var plain = await user.GetAsync($"/api/models/{Repo}/tree/refs/pr/1");
        using var twice = await user.GetAsync($"/api/models/{Repo}/tree/refs%252Fpr%252F1");

        Assert.Equal($"{hub.Url.OriginalString}/{Repo}/discussions/1", (string)answer["pullRequestUrl"]!);
        Assert.Equal(main, hub.Head(Repo));
        Assert.All([encoded, plain], response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal("RevisionNotFound", twice.Headers.GetValues("X-Error-Code").Single());
        Assert.NotNull(hub.ReadFile(Repo, "a.txt", "refs/pr/1"));
    }

    [Fact]
    public async Task A_commit_to_a_missing_branch_does_not_make_one()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        using var missing = await user.NdjsonAsync(Repo, [HubUser.Line("header", new() { ["summary"] = "A change" })], "dev");
        _ = await user.PostAsync($"/api/models/{Repo}/branch/dev", new JsonObject());
        using var present = await user.NdjsonAsync(Repo, [HubUser.Line("header", new() { ["summary"] = "A change" })], "dev");

        Assert.Equal("Invalid rev id: dev", await HubUser.ErrorAsync(missing));
        Assert.Equal(HttpStatusCode.OK, present.StatusCode);
    }

    [Fact]
    public async Task The_legacy_json_form_is_taken_too()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        _ = await user.JsonAsync(user.SendAsync(HttpMethod.Post, $"/api/models/{Repo}/commit/main", JsonContent.Create(new
        {
            summary = "Legacy",
            files = new[] { new { path = "a.txt", content = "a" } },
        })));

        Assert.Equal("a"u8.ToArray(), hub.ReadFile(Repo, "a.txt"));
        Assert.Equal("Legacy", hub.Journal.Entries[^1].Message);
    }

    private static JsonObject Entry(JsonNode tree, string path) => tree.AsArray().Single(entry => (string)entry!["path"]! == path)!.AsObject();
}
