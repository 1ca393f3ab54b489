using System.Collections.Concurrent;
using System.Diagnostics;

namespace TrainIdentity.LocalHost;

/// <summary>Azurite's table service in memory, a child process on a free loopback port.</summary>
public sealed class AzuriteTable : IAsyncDisposable
{
    // Microsoft's published development account; it opens nothing but emulators.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ChildProcess _process;

    private AzuriteTable(int port, Action<string>? onRequest)
    {
        _process = new ChildProcess(onRequest ?? _lines.Enqueue);
        Url = new Uri($"http://127.0.0.1:{port}/{Account}");
    }

    public Uri Url { get; }

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};TableEndpoint={Url.Text()};";

    public int ProcessId => _process.Id;

    /// <param name="onRequest">Is given a line for every request; without it Azurite is silent.</param>
    /// <exception cref="LocalHostException">Node or the packages are missing, or Azurite did not come up.</exception>
    public static async Task<AzuriteTable> StartAsync(CancellationToken stop, Action<string>? onRequest = null)
    {
        var folder = Path.Combine(Repository.Root(), "tests", "TrainIdentity.LocalHost");
        var program = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "table", "main.js");
        if (!File.Exists(program)) throw new LocalHostException("Azurite is not installed; ./dev run and ./dev test install it.");
        var azurite = new AzuriteTable(FreePort.Next(), onRequest);
        try
        {
            azurite._process.Start(Command(program, folder, azurite.Url.Port, silent: onRequest is null));
            await azurite.WaitUntilItAnswersAsync(stop);
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static ProcessStartInfo Command(string program, string folder, int port, bool silent)
    {
        var start = new ProcessStartInfo("node") { WorkingDirectory = folder };
        string[] arguments =
        [
            program, .. (silent ? ["--silent"] : Array.Empty<string>()), "--disableTelemetry", "--skipApiVersionCheck", "--inMemoryPersistence",
            "--tableHost", "127.0.0.1", "--tablePort", $"{port}",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    private async Task WaitUntilItAnswersAsync(CancellationToken stop)
    {
        using var readiness = new Readiness(Url, StartTimeout, TimeProvider.System);
        if (await readiness.WaitAsync(_process, stop)) return;
        stop.ThrowIfCancellationRequested();
        throw new LocalHostException($"Azurite did not come up: {_lines.LastOrDefault() ?? "it printed nothing"}");
    }
}
