using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace TrainIdentity.Benchmarks;

/// <summary>A process that is measured while it lives.</summary>
internal sealed class Child : IAsyncDisposable
{
    private const double TicksPerSecond = 100;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="environment">Above the environment of this process.</param>
    public Child(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.WorkingDirectory = folder ?? "";

        // A killed .NET process leaves its diagnostics pipes in the temp folder; without them it leaves nothing.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        Started = Stopwatch.GetTimestamp();
        _ = _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>This program again, with other arguments.</summary>
    public static Child OfThis(IEnumerable<string> arguments) => new(Path.Combine(AppContext.BaseDirectory, "TrainIdentity.Benchmarks"), arguments, new Dictionary<string, string>());

    public long Started { get; }

    public bool HasExited => _process.HasExited;

    public IEnumerable<string> Lines => _lines;

    /// <summary>Of user and system, in seconds, since its start (proc(5), fields 14 and 15 of stat).</summary>
    public double CpuSeconds
    {
        get
        {
            var text = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
    }

    public double PeakMiB => StatusMiB("VmHWM:");

    public double ResidentMiB => StatusMiB("VmRSS:");

    public async Task<string> FirstLineAsync(TimeSpan? patience = null) => await _first.Task.WaitAsync(patience ?? TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        _ = _first.TrySetResult(line);
    }

    private double StatusMiB(string name) =>
        double.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
}
