using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>What became of a record of a backup.</summary>
internal enum Restored
{
    /// <summary>It is ready, or failed and kept: looked at again when it would have been.</summary>
    Settled,

    /// <summary>It is on its way, or being removed: looked at now.</summary>
    Unfinished,

    /// <summary>The one that is there is the newer one.</summary>
    There,

    /// <summary>The Hub has no repo of it, or it is noted that it was erased.</summary>
    Gone,

    /// <summary>Another record has its repo.</summary>
    Taken,
}

/// <summary>
/// Brings back rows that are not there, and nothing that was erased since they were copied: of every record the Hub is asked
/// whether it still has the repo. Repeated, it goes on where it stopped.
/// </summary>
internal sealed class RowRestore(IdentityTables tables, HubRemoval removal, KeyTombstones keys)
{
    /// <summary>A row of the index that stands by itself: a mark of what was erased, a look that is to come, a switch, a count of the day.</summary>
    /// <returns>False for one that is there, and for those that come from the records.</returns>
    public async Task<bool> IndexRowAsync(TableEntity row, CancellationToken stop)
    {
        if (!StandsAlone(row))
        {
            return false;
        }

        try
        {
            await tables.IndexTable.AddEntityAsync(TableRules.Checked(row), stop);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409)
        {
            return false;
        }
    }

    /// <param name="partition">All that the backup has of one owner.</param>
    public async IAsyncEnumerable<Restored> OwnerAsync(IReadOnlyList<TableEntity> partition, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var row in partition.Where(row => row.RowKey.StartsWith("i_", StringComparison.Ordinal)))
        {
            var kept = IdentityRow.Read(row);
            yield return await RecordAsync(kept, [.. partition.Where(other => IsOf(kept, other))], stop);
        }
    }

    private async Task<Restored> RecordAsync(Identity kept, IReadOnlyList<TableEntity> more, CancellationToken stop)
    {
        var rows = tables.For(kept.OwnerKey);
        if (await IsThereAsync(rows, kept.Id, stop))
        {
            return Restored.There;
        }
        if (await IsGoneAsync(kept, stop))
        {
            return Restored.Gone;
        }

        var back = BroughtBack(kept, tables.Clock.GetUtcNow());
        await tables.Index.ScheduleAsync(back, back.DueAt!.Value, stop);
        if (!IsEnding(kept) && !await tables.Index.ReclaimAsync(back, stop) && (await tables.Index.FindAsync(back.Repo, stop))?.Identity != back.Id)
        {
            return Restored.Taken;
        }
        return await rows.BringBackAsync(back, more, stop) is null ? Restored.There : IsSettled(back) ? Restored.Settled : Restored.Unfinished;
    }

    private static async Task<bool> IsThereAsync(OwnerRows rows, IdentityId id, CancellationToken stop)
    {
        try
        {
            return await rows.GetAsync(id, stop) is not null;
        }
        catch (LaterRowException)
        {
            return true;
        }
    }

    /// <summary>What was being removed comes back only to be removed, for which the Hub must still have it.</summary>
    private async Task<bool> IsGoneAsync(Identity kept, CancellationToken stop) =>
        (!IsEnding(kept) && (await tables.Index.IsBuriedAsync(kept.Repo, stop) || (kept.KeyGiven && await keys.IsBuriedAsync(kept.OwnerKey, kept.KeyRow, stop))))
        || await removal.IsGoneAsync(kept.Repo, stop, kept.HubRepoId);

    /// <summary>Whoever drove it is gone, and how far it has come meanwhile the Hub says.</summary>
    private static Identity BroughtBack(Identity kept, DateTimeOffset now) => kept with
    {
        Seq = kept.Seq + 1,
        UpdatedAt = now,
        Lease = null,
        MissingSince = null,
        DueAt = IsSettled(kept) && kept.DueAt > now ? kept.DueAt : now,
    };

    private static bool IsSettled(Identity kept) => kept.State is IdentityState.Ready or IdentityState.Failed;

    private static bool IsEnding(Identity kept) => kept.State is IdentityState.Compensating or IdentityState.Deleting;

    /// <summary>Its key, and the rows of its photos.</summary>
    private static bool IsOf(Identity kept, TableEntity row) =>
        row.RowKey.StartsWith($"p_{kept.Id.RowDigits}_", StringComparison.Ordinal) || (row.RowKey == kept.KeyRow && row.GetString("identity") == kept.Id.RowDigits);

    /// <summary>Census and audit begin anew: how far they had come is nothing in new tables.</summary>
    private static bool StandsAlone(TableEntity row) =>
        row.RowKey.StartsWith("x_", StringComparison.Ordinal)
        || (row.RowKey.StartsWith("t_", StringComparison.Ordinal) && row.GetString("kind") is not nameof(WorkKind.Record))
        || (row.PartitionKey == ServiceRows.Partition && row.RowKey is not (Census.Row or NamespaceAudit.Row));
}
