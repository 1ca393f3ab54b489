namespace TrainIdentity.LocalHost;

/// <summary>Keeps what the host and the service say in a file, if there is to be one, and notices a service that ends by itself.</summary>
internal sealed class ChaosLog : IDisposable
{
    private const string Ended = "The handler ended with exit code ";
    private const string Killed = "137.";

    private readonly Lock _gate = new();
    private readonly StreamWriter? _file;
    private readonly Ledger _ledger;

    public ChaosLog(string? file, Ledger ledger) => (_file, _ledger) = (file is null ? null : new StreamWriter(file), ledger);

    public void Add(string line)
    {
        if (line.StartsWith(Ended, StringComparison.Ordinal) && !line.EndsWith(Killed, StringComparison.Ordinal))
        {
            _ledger.Breach($"The service ended by itself: {line}");
        }

        lock (_gate) _file?.WriteLine($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {line}");
    }

    public void Dispose()
    {
        lock (_gate) _file?.Dispose();
    }
}
