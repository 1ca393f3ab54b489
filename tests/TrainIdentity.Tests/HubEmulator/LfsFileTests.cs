using System.Net;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class LfsFileTests
{
    private const string Repo = "local/mira";
    private const string Address = $"/api/models/{Repo}/lfs-files";

    [Fact]
    public async Task Objects_are_listed_page_by_page_with_their_place()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photos = await FillAsync(hub, user);

        using var first = await user.GetAsync($"{Address}?limit=2");
        var next = first.Headers.GetValues("Link").Single().Split('<', '>')[1];
        using var second = await user.GetAsync(next[hub.Url.OriginalString.Length..]);
        JsonNode[] all = [.. await ItemsAsync(first), .. await ItemsAsync(second)];

        Assert.False(second.Headers.Contains("Link"));
        Assert.Equal(photos.Select(HubUser.Oid).Order(StringComparer.Ordinal), all.Select(item => (string)item["oid"]!));
        var committed = all.Single(item => (string)item["oid"]! == HubUser.Oid(photos[0]));
        Assert.Equal(("a.jpg", "refs/heads/main", 100), ((string)committed["filename"]!, (string)committed["ref"]!, (int)committed["size"]!));
        var loose = all.Single(item => (string)item["oid"]! == HubUser.Oid(photos[2])).AsObject();
        Assert.False(loose.ContainsKey("filename"));
    }

    [Fact]
    public async Task A_deleted_object_is_gone_from_storage_and_from_history()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photos = await FillAsync(hub, user);
        var before = hub.Head(Repo);

        _ = await user.JsonAsync(user.PostAsync($"{Address}/batch", Deletion(HubUser.Oid(photos[0]))));
        var commits = await user.JsonAsync(user.GetAsync($"/api/models/{Repo}/commits/main"));

        Assert.False(hub.HasObject(Repo, HubUser.Oid(photos[0])));
        Assert.True(hub.HasObject(Repo, HubUser.Oid(photos[1])));
        Assert.NotEqual(before, hub.Head(Repo));
        Assert.Equal([".gitattributes", "b.jpg"], hub.Files(Repo)!.Keys);
        Assert.Equal(["A change", "A change", "initial commit"], commits.AsArray().Select(commit => (string)commit!["title"]!));
        Assert.All(commits.AsArray(), commit => Assert.DoesNotContain("a.jpg", hub.Files(Repo, (string)commit!["id"]!)!.Keys));
    }

    [Fact]
    public async Task History_can_be_left_as_it_is()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photos = await FillAsync(hub, user);
        var before = hub.Head(Repo);

        _ = await user.JsonAsync(user.PostAsync($"{Address}/batch", Deletion(HubUser.Oid(photos[0]), rewrite: false)));

        Assert.Equal(before, hub.Head(Repo));
        Assert.False(hub.HasObject(Repo, HubUser.Oid(photos[0])));
    }

    [Fact]
    public async Task A_deletion_of_nothing_is_refused()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await FillAsync(hub, user);

        using var response = await user.PostAsync($"{Address}/batch", JsonNode.Parse("""{"deletions":{"sha":[]}}""")!);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    /// <summary>Two photos committed one after the other, and a third that never was.</summary>
    private static async Task<byte[][]> FillAsync(EmulatedHub hub, HubUser user)
    {
        byte[][] photos = [HubUser.Bytes(100, 1), HubUser.Bytes(100, 2), HubUser.Bytes(100, 3)];
        _ = await user.CreateAsync("mira");
        foreach (var photo in photos) await user.StoreAsync(Repo, photo);
        var attributes = HubUser.Text(".gitattributes", "*.jpg filter=lfs diff=lfs merge=lfs -text\n");
        _ = await user.CommitAsync(Repo, hub.Head(Repo), attributes, HubUser.Pointer("a.jpg", photos[0]));
        _ = await user.CommitAsync(Repo, hub.Head(Repo), HubUser.Pointer("b.jpg", photos[1]));
        return photos;
    }

    private static JsonObject Deletion(string oid, bool rewrite = true) =>
        new() { ["deletions"] = new JsonObject { ["sha"] = new JsonArray(oid), ["rewriteHistory"] = rewrite } };

    private static async Task<IEnumerable<JsonNode>> ItemsAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsArray().Select(item => item!);
}
