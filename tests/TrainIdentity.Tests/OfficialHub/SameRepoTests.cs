using System.Security.Cryptography;
using System.Text;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator;
using TrainIdentity.Tests.HubEmulator;

namespace TrainIdentity.Tests.OfficialHub;

/// <summary>Our client and the official one, given the same folder.</summary>
public sealed class SameRepoTests : IDisposable
{
    private const string Photos = "images";
    private const string Weights = "weights.safetensors";

    /// <summary>Beyond what goes up in one piece.</summary>
    private const int WeightsBytes = 9 << 20;

    private static readonly RepoId Ours = new("local", "ours");
    private static readonly RepoId Theirs = new("local", "theirs");

    private readonly string _folder = Directory.CreateTempSubdirectory("same-repo-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Both_clients_make_the_same_repo_of_one_folder()
    {
        await using var hub = await HubUser.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var storage = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var options = new HubOptions { Endpoint = hub.Url };
        var client = new HubClient(http, storage, options, local: true, _ => ValueTask.FromResult(HubUser.Token), TimeProvider.System);

        var commit = await UploadAsync(client);
        var said = await OfficialClient.RunAsync(hub, "upload-folder.mjs", _folder, $"{Theirs}", $"{Ours}");

        Assert.Equal(hub.Head($"{Ours}"), commit);
        Assert.Equal(hub.Files($"{Ours}"), hub.Files($"{Theirs}"));
        var listed = said.Get<OfficialEntry[]>("theirs");
        Assert.Equal(listed, said.Get<OfficialEntry[]>("ours"));
        Assert.Equal(
            listed.Where(entry => entry.Type is "file").Select(entry => new TreeFile(entry.Path, entry.Size, entry.Oid, entry.Lfs?.Oid)),
            (await client.Files.TreeAsync(Theirs, "main", Stop)).OrderBy(file => file.Path, StringComparer.Ordinal));
        AssertKeptAs(hub);
    }

    /// <summary>Photos and weights through LFS, the rest in git, and every byte as it is in the folder.</summary>
    private void AssertKeptAs(EmulatedHub hub)
    {
        var files = hub.Files($"{Theirs}")!;
        Assert.Equal(Texts.Concat(LargePaths()).Order(StringComparer.Ordinal), files.Keys);
        Assert.All(files, file => Assert.Equal(LargePaths().Contains(file.Key), file.Value.Oid is not null));
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, file.Key)), hub.ReadFile($"{Theirs}", file.Key)));
    }

    private async Task<string?> UploadAsync(HubClient client)
    {
        await client.Repos.CreatePrivateAsync(Ours, Stop);
        var head = (await client.Repos.InfoAsync(Ours, Stop))!.Head;
        var attributes = GitAttributes.WithOurs(Encoding.UTF8.GetString((await client.Files.ReadAsync(Ours, head, ".gitattributes", null, 1 << 20, Stop))!));
        Fill(attributes);

        var plan = new CommitPlan("Upload a folder", "Trailer: one", head, [.. Texts.Select(Planned)], [.. LargePaths().Select(PlannedLarge)]);
        await client.Commits.PreuploadAsync(Ours, plan, Stop);
        await client.Lfs.UploadAsync(Ours, [.. plan.LfsFiles.Select(file => new LfsContent(file.Oid, file.Size, () => File.OpenRead(At(file.Path))))], Stop);
        return await client.Commits.CommitAsync(
            Ours, await client.Commits.PrepareAsync(Ours, plan, Stop), async stop => (await client.Repos.InfoAsync(Ours, stop))!.Head, TimeSpan.FromSeconds(60), Stop);
    }

    private static IReadOnlyList<string> Texts => [".gitattributes", "README.md", "training_config.json"];

    private static IEnumerable<string> PhotoPaths() => Directory.GetFiles(Path.Combine(Checkout.Root, "tests", "photos"))
        .Where(path => Path.GetExtension(path) is ".jpg" or ".png")
        .Select(path => $"{Photos}/{Path.GetFileName(path)}")
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> LargePaths() => [.. PhotoPaths(), Weights];

    private void Fill(string attributes)
    {
        _ = Directory.CreateDirectory(At(Photos));
        foreach (var path in PhotoPaths()) File.Copy(Path.Combine(Checkout.Root, "tests", "photos", Path.GetFileName(path)), At(path));
        File.WriteAllBytes(At(Weights), HubUser.Bytes(WeightsBytes));
        File.WriteAllText(At(".gitattributes"), attributes);
        File.WriteAllText(At("README.md"), "---\nlicense: other\ntags: [lora]\n---\n# Zoë\n");
        File.WriteAllText(At("training_config.json"), """{"identity_name":"Zoë","num_images":10}""");
    }

    private PlannedFile Planned(string path) => new(path, File.ReadAllBytes(At(path)));

    private PlannedLfsFile PlannedLarge(string path)
    {
        var content = File.ReadAllBytes(At(path));
        return new(path, Convert.ToHexStringLower(SHA256.HashData(content)), content.Length, content[..512]);
    }

    private string At(string path) => Path.Combine(_folder, path);
}
