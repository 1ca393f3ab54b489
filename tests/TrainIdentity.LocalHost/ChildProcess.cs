using System.ComponentModel;
using System.Diagnostics;

namespace TrainIdentity.LocalHost;

/// <summary>One child process from its start to its end; its lines go to <paramref name="onLine"/>.</summary>
internal sealed class ChildProcess(Action<string> onLine) : IAsyncDisposable
{
    private static readonly TimeSpan LastLines = TimeSpan.FromSeconds(1);

    private readonly Process _process = new() { EnableRaisingEvents = true };
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Leash? _leash;

    public int Id { get; private set; }

    /// <summary>The exit code; 128 plus the signal's number for a killed process.</summary>
    public Task<int> Exited => _exited.Task;

    /// <exception cref="LocalHostException">The program cannot be started.</exception>
    public void Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        _process.StartInfo = start;
        _process.OutputDataReceived += (_, line) => Forward(line.Data);
        _process.ErrorDataReceived += (_, line) => Forward(line.Data);
        _process.Exited += (_, _) => _exited.TrySetResult(_process.ExitCode);
        try
        {
            _ = _process.Start();
        }
        catch (Win32Exception reason)
        {
            throw new LocalHostException($"{start.FileName} cannot be started: {reason.Message}", reason);
        }

        Id = _process.Id;
        _leash = Leash.On(_process);
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL; nothing happens when it has ended already.</summary>
    public void Kill()
    {
        if (!Exited.IsCompleted) _process.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        if (_leash is not null)
        {
            Kill();
            await ReadToEndAsync();
            _leash.Dispose();
        }

        _process.Dispose();
    }

    /// <summary>Returns when the process has ended and its last lines were forwarded.</summary>
    public async Task ReadToEndAsync()
    {
        _ = await Exited;
        try
        {
            await _process.WaitForExitAsync().WaitAsync(LastLines);
        }
        catch (TimeoutException)
        {
            // A grandchild holds the pipe; its lines are not the child's.
        }
    }

    private void Forward(string? line)
    {
        if (line is not null) onLine(line);
    }
}
