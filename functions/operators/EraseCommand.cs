using System.Globalization;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary><c>erase</c>: one identity by its id, as its owner's DELETE would. For those who ask an operator for it.</summary>
internal sealed class EraseCommand(IdentityTables tables, OwnerSearch search, Erasure erasure, TextWriter output)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>More than the second look at a repo takes; what needs longer is the running service's.</summary>
    private const int MaxTries = 6;

    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        if (args is not [_, var text] || !IdentityId.TryParse(text, out var id))
        {
            await output.WriteLineAsync("erase ID, where the id is as in the address of the identity: 32 hex digits in small letters, with dashes");
            return 2;
        }

        await tables.EnsureAsync(stop);
        if (await search.FindAsync(id, stop) is { } owner)
        {
            return await EraseAsync(owner, id, stop);
        }
        if (await search.ItemsAsync(id, stop) is { Count: > 0 } left)
        {
            await output.WriteLineAsync($"Identity {id} has been erased before; there is no record of it.");
            await RemainsAsync(left);
            return 0;
        }
        await output.WriteLineAsync($"There is no identity {id}. Nothing was changed.");
        return 1;
    }

    private async Task<int> EraseAsync(string owner, IdentityId id, CancellationToken stop)
    {
        var rows = tables.For(owner);
        var photos = (await rows.GetAsync(id, stop))?.PhotoCount ?? 0;
        for (var tries = 0; tries < MaxTries; tries++)
        {
            await erasure.AcceptAsync(owner, id, stop);
            if (await rows.GetAsync(id, stop) is not { } left)
            {
                await output.WriteLineAsync(
                    $"Identity {id} is erased. Removed: its training jobs, its repo with {photos} photos, which the Hub twice said is gone, its record and what it counted, its idempotency key and its claim.");
                await RemainsAsync(await search.ItemsAsync(id, stop));
                return 0;
            }

            var pause = (left.DueAt ?? tables.Clock.GetUtcNow()) - tables.Clock.GetUtcNow();
            await Task.Delay(TimeSpan.FromTicks(Math.Clamp(pause.Ticks, TimeSpan.TicksPerSecond / 10, LongestPause.Ticks)), tables.Clock, stop);
        }
        await output.WriteLineAsync($"Identity {id} can be seen by nobody any more, but its job or its repo is not gone yet. The running service goes on with it; run this again to see.");
        return 1;
    }

    private async Task RemainsAsync(IReadOnlyList<WorkItem> items)
    {
        var looks = items.Where(item => item.Kind is WorkKind.Recheck).Select(item => Time(item.Due)).ToList();
        await output.WriteLineAsync(looks.Count > 0
            ? $"To be looked for again, should something late bring it back: {string.Join(", ", looks)}. The running service does that."
            : "Nothing is left to be looked for again.");
        foreach (var tombstone in items.Where(item => item.Kind is WorkKind.Forget))
        {
            await output.WriteLineAsync($"A mark that names nobody is kept until {Time(tombstone.Due)}.");
        }
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
}
