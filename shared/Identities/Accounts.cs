namespace TrainIdentity.Identities;

/// <summary>The last of a user who erased everything: when no identity is left, nothing else stays either.</summary>
internal sealed class Accounts(IdentityTables tables)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    /// <returns>When to look again; null when nothing is left to do, or when the user has begun anew.</returns>
    public async Task<DateTimeOffset?> FinishAsync(string ownerKey, CancellationToken stop)
    {
        var now = tables.Clock.GetUtcNow();
        var rows = tables.For(ownerKey);
        if (await rows.Holdings.AnyAsync(stop) is { } state)
        {
            return state is IdentityState.Deleting ? now + AgainAfter : null;
        }

        // The day's counters outlive an erasure until the day is over, or erasing would be a way round the quota.
        return await rows.Holdings.ClearAsync(now, stop) ? null : now + Quota.UntilTomorrow(now);
    }
}
