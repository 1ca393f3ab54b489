using System.Collections.Concurrent;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>One creation at a time per user, each as long as the options say.</summary>
internal sealed class CreateTurns(HubEmulatorOptions options)
{
    private readonly ConcurrentDictionary<string, bool> _creating = new(StringComparer.Ordinal);

    /// <summary>True once the time of a creation is over; false at once while another one of this user runs.</summary>
    public async Task<bool> TakeAsync(string user, CancellationToken stop)
    {
        if (options.CreateTime <= TimeSpan.Zero) return true;
        if (!_creating.TryAdd(user, true)) return false;
        try
        {
            await Task.Delay(options.CreateTime, options.Clock, stop);
            return true;
        }
        finally
        {
            _ = _creating.TryRemove(user, out _);
        }
    }
}
