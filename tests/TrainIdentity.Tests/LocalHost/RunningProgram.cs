using System.Diagnostics;
using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.LocalHost;

/// <summary>The local host's own program, started as <c>run --json</c> on an echo app.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    public RunningProgram(EchoApp app, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "TrainIdentity.LocalHost"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["run", "--json", "--app", app.Folder]) start.ArgumentList.Add(argument);
        // A killed program leaves the emulator's temporary folder; here it goes with the app.
        start.Environment["TMPDIR"] = app.Folder;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task<JsonObject> AddressesAsync() =>
        JsonNode.Parse(await _process.StandardOutput.ReadLineAsync(Stop) ?? throw new InvalidOperationException(await _errors))!.AsObject();

    public void EndInput() => _process.StandardInput.Close();

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, $"{_process.Id}"]);
        await kill.WaitForExitAsync(Stop);
    }

    public async Task<(int ExitCode, string MoreOutput, string LastError)> EndAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync(Stop);
        await _process.WaitForExitAsync(Stop);
        return (_process.ExitCode, output, (await _errors).TrimEnd().Split('\n')[^1]);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
