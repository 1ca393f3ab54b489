using TrainIdentity.LocalHost;

namespace TrainIdentity.Benchmarks;

/// <summary>What stays up over all runs: the tables, the issuer, and a folder in which the bodies of requests lie.</summary>
internal sealed class Theatre : IAsyncDisposable
{
    // Its lines come a moment later than its answers.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("train-identity-bench-");
    private AzuriteTable? _azurite;
    private TokenIssuer? _issuer;
    private int _requests;

    /// <summary>The published service.</summary>
    public required string App { get; init; }

    public required string Root { get; init; }

    public string Folder => _folder.FullName;

    public TokenIssuer Issuer => _issuer!;

    public string Tables => _azurite!.ConnectionString;

    /// <summary>How many requests the tables were asked meanwhile.</summary>
    public async Task<int> RequestsAsync(Func<Task> during)
    {
        await Task.Delay(Quiet);
        var before = Volatile.Read(ref _requests);
        await during();
        await Task.Delay(Quiet);
        return Volatile.Read(ref _requests) - before;
    }

    public static async Task<Theatre> OpenAsync(string root)
    {
        var theatre = new Theatre { Root = root, App = Path.Combine(root, "artifacts", "publish", "app") };
        theatre._azurite = await AzuriteTable.StartAsync(CancellationToken.None, _ => Interlocked.Increment(ref theatre._requests));
        theatre._issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions { Audience = "authenticated" }, CancellationToken.None);
        return theatre;
    }

    /// <summary>A Hub with nothing in it.</summary>
    /// <param name="words">More of its command line.</param>
    public async Task<HubProcess> HubAsync(params string[] words)
    {
        var child = new Child(
            Path.Combine(AppContext.BaseDirectory, "TrainIdentity.HubEmulator"),
            ["--port", "0", "--token", HubProcess.Token, "--runner-token", HubProcess.RunnerToken, "--tags", "sha256", "--parts-over", "5000000000", .. words],
            // Its hot code is not compiled again meanwhile, on the cores of its callers, as the service's is not. The delay is in milliseconds, in hexadecimal.
            new Dictionary<string, string> { ["TMPDIR"] = Folder, ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_CallCountingDelayMs"] = "1388" });
        return new HubProcess(child, new Uri(await child.FirstLineAsync()));
    }

    /// <summary>The service by itself, without a host before it.</summary>
    public async Task<ServiceProcess> ServiceAsync(HubProcess hub, params (string Name, string Value)[] settings)
    {
        var service = ServiceProcess.Start(this, hub, settings);
        await service.WaitAsync();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        if (_issuer is not null) await _issuer.DisposeAsync();
        if (_azurite is not null) await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
