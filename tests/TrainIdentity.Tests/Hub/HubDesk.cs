using System.Security.Cryptography;
using TrainIdentity.Hub;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Jobs;

namespace TrainIdentity.Tests.Hub;

/// <summary>Our client at an emulated Hub of its own, where objects over 64 KiB go in parts.</summary>
internal sealed class HubDesk : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly HttpClient _storage = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private HubDesk(EmulatedHub hub, HubToken token, TimeProvider clock, DelegatingHandler? between)
    {
        var wire = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (between is not null)
        {
            between.InnerHandler = wire;
        }
        Hub = hub;
        _http = new HttpClient(between ?? (HttpMessageHandler)wire) { Timeout = Timeout.InfiniteTimeSpan };
        Client = new HubClient(_http, _storage, new HubOptions { Endpoint = hub.Url }, local: true, token, clock);
    }

    public EmulatedHub Hub { get; }

    public HubClient Client { get; }

    public RepoId Repo { get; } = new("local", "identity-x-1");

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Task<HubDesk> OpenAsync(string token = "hf_local") =>
        OpenAsync(options => options, new HubToken(_ => ValueTask.FromResult(token), _ => ValueTask.FromResult(token)));

    /// <param name="between">Sees every call to the Hub on its way.</param>
    public static async Task<HubDesk> OpenAsync(
        Func<HubEmulatorOptions, HubEmulatorOptions> with, HubToken token, TimeProvider? clock = null, DelegatingHandler? between = null)
    {
        var options = new HubEmulatorOptions { MultipartThresholdBytes = 64 << 10, ChunkBytes = 40_000, JobDuration = TimeSpan.FromHours(1), Play = JobPlays.Hang };
        return new HubDesk(await EmulatedHub.StartAsync(with(options), Stop), token, clock ?? TimeProvider.System, between);
    }

    public static (string Path, byte[] Bytes, string Oid)[] Photos { get; } =
        [.. new[] { 1_000, 200_000, 1_000, 5 }.Select((size, n) => Photo($"images/image_{n + 1:000}.jpg", size))];

    /// <summary>A repo, its objects, its commit.</summary>
    public async Task<string?> CommitAsync()
    {
        await Client.Repos.CreatePrivateAsync(Repo, Stop);
        var info = await Client.Repos.InfoAsync(Repo, Stop);
        var plan = await PlanAsync(info!.Head);
        await Client.Commits.PreuploadAsync(Repo, plan, Stop);
        await Client.Lfs.UploadAsync(Repo, [.. Photos.Select(photo => new LfsContent(photo.Oid, photo.Bytes.Length, () => new MemoryStream(photo.Bytes)))], Stop);
        var prepared = await Client.Commits.PrepareAsync(Repo, plan, Stop);
        return await Client.Commits.CommitAsync(Repo, prepared, async stop => (await Client.Repos.InfoAsync(Repo, stop))!.Head, TimeSpan.FromSeconds(20), Stop);
    }

    /// <summary>Somebody renames the repo behind our back.</summary>
    public async Task MoveAsync(string from, string to)
    {
        using var move = new HttpRequestMessage(HttpMethod.Post, new Uri(Hub.Url, "/api/repos/move"))
        {
            Content = new StringContent($$"""{"fromRepo":"{{from}}","toRepo":"{{to}}","type":"model"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        move.Headers.Authorization = new("Bearer", "hf_local");
        using var answer = await _http.SendAsync(move, Stop);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A job started, listed, looked at and cancelled.</summary>
    public async Task JobAsync()
    {
        var job = await Client.Jobs.StartAsync("local", Spec, Stop);
        var listed = await Client.Jobs.ListAsync("local", Spec.Labels, Stop);
        Assert.Equal(job.Id, Assert.Single(listed).Id);
        Assert.NotNull(await Client.Jobs.GetAsync("local", job.Id, Stop));
        await Client.Jobs.CancelAsync("local", job.Id, Stop);
        Assert.True((await Client.Jobs.GetAsync("local", job.Id, Stop))!.Ended);
    }

    public HubJobSpec Spec => new()
    {
        Image = "local/trainer",
        Command = ["true"],
        Environment = new Dictionary<string, string> { ["IDT_REPO"] = Repo.ToString() },
        Secrets = new Dictionary<string, string>(),
        Flavor = "cpu-basic",
        Timeout = TimeSpan.FromMinutes(5),
        Labels = new Dictionary<string, string> { ["identity"] = "x", ["attempt"] = "1" },
        Input = Repo,
        InputRevision = "main",
        InputMount = "/data",
    };

    private async Task<CommitPlan> PlanAsync(string parent)
    {
        var attributes = await Client.Files.ReadAsync(Repo, parent, ".gitattributes", null, 1 << 20, Stop);
        return new CommitPlan(
            "Upload", "Record: 1", parent,
            [
                new PlannedFile(".gitattributes", System.Text.Encoding.UTF8.GetBytes(GitAttributes.WithOurs(System.Text.Encoding.UTF8.GetString(attributes!)))),
                new PlannedFile("README.md", "# x\n"u8.ToArray()),
                new PlannedFile("empty.txt", []),
            ],
            [.. Photos.Select(photo => new PlannedLfsFile(photo.Path, photo.Oid, photo.Bytes.Length, photo.Bytes[..Math.Min(512, photo.Bytes.Length)]))]);
    }

    private static (string, byte[], string) Photo(string path, int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return (path, bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _storage.Dispose();
        await Hub.DisposeAsync();
    }
}
