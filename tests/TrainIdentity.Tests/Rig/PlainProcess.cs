using System.Collections.Concurrent;
using System.Diagnostics;

namespace TrainIdentity.Tests.Rig;

/// <summary>The service started by hand, as in a container, with the settings of a rig.</summary>
internal sealed class PlainProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _printed = [];

    private PlainProcess(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public HttpClient Http { get; } = new();

    public int Id => _process.Id;

    public static async Task<PlainProcess> StartAsync(ServiceRig rig, int port, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var start = new ProcessStartInfo(Path.Combine(rig.Folder, "TrainIdentity.Functions")) { RedirectStandardOutput = true };
        start.ArgumentList.Add("--urls");
        start.ArgumentList.Add($"http://127.0.0.1:{port}");
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:1";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["Local"] = "true";
        start.Environment["Hub__Endpoint"] = rig.Hub.Url.AbsoluteUri;
        start.Environment["Storage__ConnectionString"] = rig.Stack.TableConnectionString;
        start.Environment["Training__Mode"] = "External";
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }
        var plain = new PlainProcess(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}/"));
        plain._process.OutputDataReceived += (_, line) => plain._printed.Enqueue(line.Data ?? "");
        plain._process.BeginOutputReadLine();
        while (true)
        {
            try
            {
                using var reply = await plain.Http.GetAsync(plain.Url, ServiceRig.Stop);
                return plain;
            }
            catch (HttpRequestException) when (!plain._process.HasExited)
            {
                await Task.Delay(20, ServiceRig.Stop);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Http.Dispose();
        Canaries.AssertSilent(_printed);
    }
}
