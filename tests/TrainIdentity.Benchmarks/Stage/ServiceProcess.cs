using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TrainIdentity.Benchmarks;

/// <summary>The published service, fresh.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private ServiceProcess(Child process, Uri url) => (Process, Url) = (process, url);

    public Uri Url { get; }

    public Child Process { get; }

    public static ServiceProcess Start(Theatre theatre, HubProcess? hub, params (string Name, string Value)[] settings)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var environment = new Dictionary<string, string>
        {
            // As the Functions host starts it: its timer ticks when it is told to.
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{url.Port}",
            ["Local"] = "true",
            ["Environment"] = "bench",
            ["HUGGINGFACE_TOKEN"] = HubProcess.Token,
            ["HUGGINGFACE_TRAINER_TOKEN"] = HubProcess.RunnerToken,
            ["HUGGINGFACE_WEBHOOK_SECRET"] = "bench-webhook",
            ["IDEMPOTENCY_KEY_SALT"] = "bench-salt",
            ["Hub__Endpoint"] = (hub?.Url ?? new Uri("http://127.0.0.1:9")).GetLeftPart(UriPartial.Authority),
            ["Storage__ConnectionString"] = theatre.Tables,
            ["Auth__Issuers__0__Issuer"] = theatre.Issuer.Rsa.Url,
            ["Auth__Issuers__0__Audience"] = "authenticated",
            ["Training__Image"] = "local/trainer",
            ["Spool__Folder"] = Path.Combine(theatre.Folder, $"spool-{url.Port}"),

            // What is counted here is work, not what one person may ask for.
            ["Quota__Active"] = "1000000", ["Quota__PerDay"] = "1000000", ["Quota__Stored"] = "1000000", ["Quota__BytesPerDay"] = "1000000000000", ["Quota__Drafts"] = "1000000",
            ["Rate__Creations"] = "1000000", ["Rate__Photos"] = "1000000", ["Rate__Reads"] = "1000000",
            ["Training__StartsPerDay"] = "1000000",
            ["Webhook__PerSecond"] = "100000",
        };
        foreach (var (name, value) in settings) environment[name] = value;
        return new(new Child(Path.Combine(theatre.App, "TrainIdentity.Functions"), [], environment), url);
    }

    /// <summary>Returns with the first answer.</summary>
    /// <returns>How long that took from the start of the process, in seconds.</returns>
    public Task<double> WaitAsync(string path = "/") => WaitAsync(Process, Url, path);

    public static async Task<double> WaitAsync(Child process, Uri url, string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (Stopwatch.GetElapsedTime(process.Started) < Patience && !process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(url, path));
                return Stopwatch.GetElapsedTime(process.Started).TotalSeconds;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(1);
            }
        }
        throw new InvalidOperationException($"It did not come up: {string.Join('\n', process.Lines)}");
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
