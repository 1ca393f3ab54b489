using System.Diagnostics;

namespace TrainIdentity.LocalHost;

/// <summary>
/// Ends a child process with this one, even when this one is killed and can end nothing itself: a shell waits on a pipe
/// whose other end dies with us, and kills the child unless it was let go before.
/// </summary>
internal sealed class Leash : IDisposable
{
    // A Ctrl+C reaches the whole terminal group; the shell has to outlive us for a moment.
    private const string Script = "trap '' INT TERM HUP; read -r word || kill -9 \"$1\"";

    private readonly Process _shell;

    private Leash(Process shell) => _shell = shell;

    public static Leash On(Process child)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", Script, "leash", $"{child.Id}"]) start.ArgumentList.Add(argument);
        return new Leash(Process.Start(start)!);
    }

    public void Dispose()
    {
        try
        {
            _shell.StandardInput.WriteLine("free");
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // The shell was ended from outside; there is nothing left to hold the child.
        }

        _shell.Dispose();
    }
}
