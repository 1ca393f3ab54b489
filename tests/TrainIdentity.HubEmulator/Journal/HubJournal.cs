using System.Text.Json;

namespace TrainIdentity.HubEmulator.Journal;

/// <summary>What happened, in order of effect. Whoever can see an effect can already read its entry.</summary>
public sealed class HubJournal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly List<JournalEntry> _entries = [];
    private readonly List<(Func<JournalEntry, bool> Wanted, TaskCompletionSource<JournalEntry> Found)> _waiting = [];
    private readonly FileStream? _file;

    internal HubJournal(TimeProvider clock, string? path)
    {
        _clock = clock;
        if (path is null) return;
        if (File.Exists(path)) Load(path);
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>A copy of all entries so far.</summary>
    public IReadOnlyList<JournalEntry> Entries
    {
        get
        {
            lock (_gate) return [.. _entries];
        }
    }

    /// <summary>The first entry that matches, be it already written or still to come.</summary>
    public async Task<JournalEntry> WaitForAsync(Func<JournalEntry, bool> wanted, CancellationToken stop)
    {
        var found = new TaskCompletionSource<JournalEntry>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_entries.Find(entry => wanted(entry)) is { } present) return present;
            _waiting.Add((wanted, found));
        }

        await using var canceled = stop.Register(() => found.TrySetCanceled(stop));
        return await found.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, found) in _waiting) _ = found.TrySetCanceled();
            _file?.Dispose();
        }
    }

    internal void Append(JournalEntry effect)
    {
        lock (_gate)
        {
            var entry = effect with { Seq = _entries.Count + 1, At = _clock.GetUtcNow() };
            _entries.Add(entry);
            Keep(entry);
            _ = _waiting.RemoveAll(waiter => waiter.Wanted(entry) && (waiter.Found.TrySetResult(entry) || true));
        }
    }

    private void Keep(JournalEntry entry)
    {
        if (_file is not { CanWrite: true }) return;
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry), (byte)'\n'];
        _file.Write(line);
    }

    /// <remarks>A killed process leaves at most one torn line, the last.</remarks>
    private void Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        if (whole < bytes.Length) File.WriteAllBytes(path, bytes[..whole]);
        foreach (var line in File.ReadLines(path))
        {
            _entries.Add(JsonSerializer.Deserialize(line, JournalJson.Default.JournalEntry)!);
        }
    }
}
