using System.Text;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.Tests.HubEmulator;

namespace TrainIdentity.Tests.OfficialHub;

public sealed class OfficialFileTests
{
    private const string Repo = "local/files";

    [Fact]
    public async Task The_official_client_uploads_lists_and_reads_back_small_large_empty_and_oddly_named_files()
    {
        await using var hub = await HubUser.StartAsync();

        var said = await OfficialClient.RunAsync(hub, "files.mjs");

        string[] paths = [".gitattributes", "README.md", "big.bin", "empty.txt", "fotos/Zoë in Köln/こんにちは 1.txt", "odd/#1 100% & more?.txt"];
        Assert.Equal(paths, hub.Files(Repo)!.Keys);
        Assert.Equal((string)said["bigSha256"]!, HubUser.Oid(hub.ReadFile(Repo, "big.bin")!));
        Assert.Equal("grüß dich", Encoding.UTF8.GetString(hub.ReadFile(Repo, paths[4])!));
        Assert.Equal(Listing(hub), said.Get<OfficialEntry[]>("listed").Where(entry => entry.Type is "file").Select(Plain));
        Assert.Equal([paths[4]], said.Get<OfficialEntry[]>("folder").Select(entry => entry.Path));
        Assert.Equal(["big.bin", "fotos", "empty.txt"], said.Get<OfficialEntry[]>("paths").Select(entry => entry.Path));
        Assert.All(said["paths"]!.AsArray(), entry => Assert.Equal("First files", (string)entry!["lastCommit"]!["title"]!));
        Assert.Equal((string)said["repeated"]!["commit"]!["oid"]!, hub.Head(Repo));
        AssertRead(said);
    }

    [Fact]
    public async Task Twenty_mebibytes_go_up_in_parts_once_and_no_token_reaches_storage()
    {
        await using var hub = await HubUser.StartAsync();

        _ = await OfficialClient.RunAsync(hub, "files.mjs");

        Assert.Equal(4, hub.Calls.Latest.Count(call => call.Route is "put" && call.Path.Contains("/parts/", StringComparison.Ordinal)));
        Assert.Single(hub.Calls.Latest, call => call.Route is "complete");
        Assert.Equal(2, hub.Calls.Latest.Count(call => call.Route is "batch"));
        Assert.All(hub.Calls.Latest.Where(call => call.Route is "put" or "complete" or "download"), call => Assert.False(call.Authorized));
        Assert.All(hub.Calls.Latest.Where(call => call.Route is "put"), call => Assert.NotNull(call.RequestBytes));
        Assert.DoesNotContain(hub.Calls.Latest, call => call.Path.Contains("xet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Downloads_work_without_redirects_too()
    {
        await using var hub = await HubUser.StartAsync(options => options with { RedirectDownloads = false });

        var said = await OfficialClient.RunAsync(hub, "files.mjs");

        AssertRead(said);
        Assert.DoesNotContain(hub.Calls.Latest, call => call.Route is "download" || call.Status is 302 or 307);
    }

    [Fact]
    public async Task Sixty_files_go_into_one_commit_of_a_dataset()
    {
        await using var hub = await HubUser.StartAsync();

        var said = await OfficialClient.RunAsync(hub, "many-files.mjs");

        Assert.Equal(61, (int)said["count"]!);
        Assert.Equal(30, said["large"]!.AsArray().Count);
        Assert.All(said["large"]!.AsArray(), path => Assert.EndsWith(".jpg", (string)path!, StringComparison.Ordinal));
        Assert.Single(hub.Calls.Latest, call => call.Route is "commit");
        Assert.Equal(30, hub.Journal.Entries.Count(entry => entry is { Kind: "object.stored", By: Actor.Service }));
    }

    private static void AssertRead(OfficialClient said)
    {
        Assert.Equal("---\nlicense: other\n---\n# Files\n", (string)said["readme"]!);
        Assert.Equal("license", (string)said["readmePart"]!);
        Assert.Equal("grüß dich", (string)said["unicode"]!);
        Assert.Equal(20 << 20, (int)said["weightsSize"]!);
        Assert.True((bool)said["weightsWhole"]!);
        Assert.True((bool)said["weightsPart"]!);
        Assert.Equal($"version https://git-lfs.github.com/spec/v1\noid sha256:{said["bigSha256"]}\nsize 20971520\n", (string)said["pointer"]!);
        Assert.Null(said["missing"]);
    }

    private static IEnumerable<(string Path, string Oid, long Size, string? Lfs)> Listing(EmulatedHub hub) =>
        hub.Files(Repo)!.Select(file => (file.Key, file.Value.BlobSha, file.Value.Size, file.Value.Oid));

    private static (string Path, string Oid, long Size, string? Lfs) Plain(OfficialEntry entry) => (entry.Path, entry.Oid, entry.Size, entry.Lfs?.Oid);
}
