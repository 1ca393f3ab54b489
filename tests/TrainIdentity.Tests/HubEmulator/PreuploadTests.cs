using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class PreuploadTests
{
    private const string Repo = "local/mira";

    [Theory]
    [InlineData("weights.safetensors", 10, false, "lfs")]
    [InlineData("photo.png", 10, true, "regular")]
    [InlineData("photo.png", 2_000_000, true, "lfs")]
    [InlineData("notes.txt", 2_000_000, false, "regular")]
    [InlineData("notes.txt", 10_485_760, false, "regular")]
    [InlineData("notes.txt", 10_485_761, false, "lfs")]
    [InlineData("saved_model/a/b", 10, false, "lfs")]
    [InlineData("a/x.tfevents.1", 10, false, "lfs")]
    public async Task Pattern_size_and_content_decide(string path, long size, bool binary, string expected)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        var sample = Convert.ToBase64String(binary ? [1, 0, 2] : "text"u8.ToArray());

        var answer = await AskAsync(user, new() { ["path"] = path, ["size"] = size, ["sample"] = sample });

        Assert.Equal(expected, (string)answer["files"]![0]!["uploadMode"]!);
        Assert.Equal(hub.Head(Repo), (string)answer["commitOid"]!);
    }

    [Fact]
    public async Task What_is_there_is_told_by_its_id()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(10);
        _ = await user.CreateAsync("mira");
        await user.StoreAsync(Repo, photo);
        _ = await user.CommitAsync(Repo, null, HubUser.Text("empty.txt", ""), HubUser.Pointer("a.jpg", photo));

        var text = await AskAsync(user, new() { ["path"] = "empty.txt", ["size"] = 0, ["sample"] = "" });
        var image = await AskAsync(user, new() { ["path"] = "a.jpg", ["size"] = 10, ["sample"] = "" });

        Assert.Equal("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", (string)text["files"]![0]!["oid"]!);
        Assert.Equal(HubUser.Oid(photo), (string)image["files"]![0]!["oid"]!);
    }

    [Fact]
    public async Task Patterns_sent_along_win_over_those_in_the_repo()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        var answer = await user.JsonAsync(user.PostAsync($"/api/models/{Repo}/preupload/main", new JsonObject
        {
            ["gitAttributes"] = "*.jpg filter=lfs diff=lfs merge=lfs -text\n",
            ["gitIgnore"] = "private/\n",
            ["files"] = new JsonArray(
                new JsonObject { ["path"] = "a.jpg", ["size"] = 1, ["sample"] = "" },
                new JsonObject { ["path"] = "private/b.txt", ["size"] = 1, ["sample"] = "" }),
        }));

        Assert.Equal(["lfs", "regular"], answer["files"]!.AsArray().Select(file => (string)file!["uploadMode"]!));
        Assert.Equal([false, true], answer["files"]!.AsArray().Select(file => (bool)file!["shouldIgnore"]!));
    }

    [Theory]
    [InlineData("..\\x")]
    [InlineData("../x")]
    [InlineData("a/.git/config")]
    public async Task A_path_out_of_the_repo_is_refused(string path)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        using var response = await user.PostAsync($"/api/models/{Repo}/preupload/main",
            new JsonObject { ["files"] = new JsonArray(new JsonObject { ["path"] = path, ["size"] = 1, ["sample"] = "" }) });

        Assert.Equal(422, (int)response.StatusCode);
    }

    private static Task<JsonNode> AskAsync(HubUser user, JsonObject file) =>
        user.JsonAsync(user.PostAsync($"/api/models/{Repo}/preupload/main", new JsonObject { ["files"] = new JsonArray(file) }));
}
