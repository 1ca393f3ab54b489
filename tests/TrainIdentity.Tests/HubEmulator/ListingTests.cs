using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TrainIdentity.Tests.HubEmulator;

public sealed partial class ListingTests
{
    private const string Repo = "local/mira";

    [Fact]
    public async Task A_tree_comes_in_pages_linked_to_each_other()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        _ = await user.CommitAsync(Repo, null, [.. Enumerable.Range(0, 7).Select(n => HubUser.Text($"d/{n}.txt", "a"))]);

        var paths = new List<string>();
        var pages = 0;
        for (string? next = $"/api/models/{Repo}/tree/main?recursive=true&limit=3"; next is not null; pages++)
        {
            using var page = await user.GetAsync(next);
            paths.AddRange(JsonNode.Parse(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsArray().Select(entry => (string)entry!["path"]!));
            var link = page.Headers.TryGetValues("Link", out var links) ? NextLink().Match(links.Single()).Groups[1].Value : null;
            Assert.True(link is null || link.StartsWith(hub.Url.OriginalString, StringComparison.Ordinal));
            next = link?[hub.Url.OriginalString.Length..];
        }

        Assert.Equal(3, pages);
        Assert.Equal([".gitattributes", "d", .. Enumerable.Range(0, 7).Select(n => $"d/{n}.txt")], paths);
    }

    [Fact]
    public async Task A_folder_lists_what_is_in_it_and_a_file_is_no_folder()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        _ = await user.CommitAsync(Repo, null, HubUser.Text("d/e/a.txt", "a"), HubUser.Text("d/b.txt", "b"));

        var folder = await user.JsonAsync(user.GetAsync($"/api/models/{Repo}/tree/main/d?expand=true"));
        var encoded = await user.JsonAsync(user.GetAsync($"/api/models/{Repo}/tree/main/d%2Fe"));
        using var file = await user.GetAsync($"/api/models/{Repo}/tree/main/d/b.txt");

        Assert.Equal(["d/b.txt", "d/e"], folder.AsArray().Select(entry => (string)entry!["path"]!));
        Assert.Equal("A change", (string)folder[0]!["lastCommit"]!["title"]!);
        Assert.Equal(["d/e/a.txt"], encoded.AsArray().Select(entry => (string)entry!["path"]!));
        Assert.Equal(HttpStatusCode.NotFound, file.StatusCode);
    }

    [Fact]
    public async Task Paths_are_asked_for_as_json_or_as_a_form_and_missing_ones_left_out()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        _ = await user.CommitAsync(Repo, null, HubUser.Text("d/a.txt", "a"));

        var json = await user.JsonAsync(user.PostAsync($"/api/models/{Repo}/paths-info/main", new JsonObject { ["paths"] = new JsonArray("d/a.txt", "d", "none") }));
        var form = await user.JsonAsync(user.SendAsync(HttpMethod.Post, $"/api/models/{Repo}/paths-info/main",
            new FormUrlEncodedContent([new("paths", "d/a.txt"), new("paths", "none"), new("expand", "True")])));

        Assert.Equal(["file", "directory"], json.AsArray().Select(entry => (string)entry!["type"]!));
        Assert.Equal("A change", (string)form.AsArray().Single()!["lastCommit"]!["title"]!);
    }

    [Fact]
    public async Task Info_shows_what_was_asked_for_and_names_lfs_ids_its_own_way()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(10);
        _ = await user.CreateAsync("mira");
        await user.StoreAsync(Repo, photo);
        const string Card = "---\nlicense: other\nbase_model: black-forest-labs/FLUX.1-dev\ntags:\n- lora\n- flux\n---\n# Mira\n";
        var head = await user.CommitAsync(Repo, null, HubUser.Text("README.md", Card), HubUser.Pointer("a.jpg", photo));

        var full = await user.JsonAsync(user.GetAsync($"/api/models/{Repo}/revision/{head[..7]}?blobs=true"));
        var some = await user.JsonAsync(user.GetAsync($"/api/models/{Repo}?expand[]=sha&expand[]=private"));
        using var unknown = await user.GetAsync($"/api/models/{Repo}?expand[]=nonsense");

        var sibling = full["siblings"]!.AsArray().Single(item => (string)item!["rfilename"]! is "a.jpg")!;
        Assert.Equal(HubUser.Oid(photo), (string)sibling["lfs"]!["sha256"]!);
        Assert.Equal("black-forest-labs/FLUX.1-dev", (string)full["cardData"]!["base_model"]!);
        Assert.Contains("lora", full["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal(["_id", "id", "sha", "private"], some.AsObject().Select(field => field.Key));
        Assert.Equal(head, (string)some["sha"]!);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task Commits_are_listed_newest_first_and_refs_by_kind()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        var head = await user.CommitAsync(Repo, null, HubUser.Text("a.txt", "a"));
        _ = await user.PostAsync($"/api/models/{Repo}/tag/main", new JsonObject { ["tag"] = "v1" });

        using var page = await user.GetAsync($"/api/models/{Repo}/commits/main?limit=1");
        var refs = await user.JsonAsync(user.GetAsync($"/api/models/{Repo}/refs?include_prs=1"));

        var commits = JsonNode.Parse(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(head, (string)commits.AsArray().Single()!["id"]!);
        Assert.Equal("2", page.Headers.GetValues("X-Total-Count").Single());
        Assert.True(page.Headers.Contains("Link"));
        Assert.Equal(head, (string)refs["branches"]![0]!["targetCommit"]!);
        Assert.Equal("refs/tags/v1", (string)refs["tags"]![0]!["ref"]!);
        Assert.Empty(refs["pullRequests"]!.AsArray());
    }

    [GeneratedRegex("^<([^>]+)>; rel=\"next\"$")]
    private static partial Regex NextLink();
}
