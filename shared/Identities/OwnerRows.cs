using Azure;
using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>What an idempotency key stands for.</summary>
internal sealed record KeyHeld(string Row, IdentityId Identity, string Fingerprint, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, ETag Tag)
{
    public static KeyHeld Read(TableEntity row) => new(
        RowFormat.Known(row).RowKey, IdentityId.FromRowDigits(row.GetString("identity")), row.GetString("fingerprint"), row.GetDateTimeOffset("created_at")!.Value,
        row.GetDateTimeOffset("expires_at")!.Value, row.ETag);
}

/// <param name="Written">Null when somebody else was faster, or a limit stands against it.</param>
/// <param name="Over">Null when it was not a limit.</param>
internal readonly record struct Reservation(Identity? Written, QuotaLimit? Over);

/// <summary>
/// One owner's partition. Every write carries the ETag it read or is an insert. The SDK repeats a write whose answer was
/// lost, so a 409 or 412 is believed only after the row's <c>op_id</c> says that it is not ours.
/// </summary>
public sealed class OwnerRows
{
    private readonly TableClient _table;
    private readonly IdentityIndex _index;
    private readonly string _ownerKey;
    private readonly TimeProvider _clock;

    internal OwnerRows(TableClient table, IdentityIndex index, string ownerKey, TimeProvider clock) =>
        (_table, _index, _ownerKey, _clock) = (table, index, TableRules.Key(ownerKey), clock);

    internal IdentityIndex Index => _index;

    internal OwnerHoldings Holdings => new(this, _table, Partition);

    internal DraftRows Drafts => new(this, _table, Partition);

    private string Partition => IdentityRow.Partition(_ownerKey);

    public async Task<Identity?> GetAsync(IdentityId id, CancellationToken stop)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(Partition, IdentityRow.Key(id), cancellationToken: stop);
        return found.HasValue ? IdentityRow.Read(found.Value!) : null;
    }

    /// <summary>Newest first, without those being erased.</summary>
    /// <param name="after">The last id of the page before; null for the first page.</param>
    /// <returns>At most <paramref name="count"/>, and whether there are more.</returns>
    public async Task<(IReadOnlyList<Identity> Page, bool More)> ListAsync(int count, IdentityId? after, CancellationToken stop)
    {
        var from = after is { } last ? IdentityRow.Key(last) : "i_";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {from} and RowKey lt {"j_"}");
        List<Identity> page = [];
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, Math.Min(count + 1, 1000), cancellationToken: stop))
        {
            if (row.GetString("state") == nameof(IdentityState.Deleting))
            {
                continue;
            }
            if (page.Count == count)
            {
                return (page, true);
            }
            page.Add(IdentityRow.Read(row));
        }
        return (page, false);
    }

    internal async Task<KeyHeld?> KeyAsync(string keyRow, CancellationToken stop)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(Partition, keyRow, cancellationToken: stop);
        return found is { HasValue: true, Value: { } row } ? KeyHeld.Read(row) : null;
    }

    internal async Task<Quota> QuotaAsync(CancellationToken stop)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(Partition, Quota.Row, cancellationToken: stop);
        return Quota.Read(found.HasValue ? found.Value : null);
    }

    /// <summary>Inserts the record and its key, and counts both against the quota, together.</summary>
    /// <param name="stale">A key row that has run out and is taken over; null when there was none.</param>
    internal async Task<Reservation> ReserveAsync(Identity identity, DateTimeOffset keyExpires, KeyHeld? stale, QuotaOptions limits, CancellationToken stop)
    {
        var now = _clock.GetUtcNow();
        var first = identity with { Seq = 1, UpdatedAt = now, CountedAt = identity.IsOpen ? null : now };
        while (true)
        {
            var quota = (await QuotaAsync(stop)).After(null, first);
            quota = first.IsOpen ? quota : quota.Started(first.Bytes, first.EstimatedMicroUsd, now);
            if (quota.Exceeds(limits) is { } limit)
            {
                return new Reservation(null, limit);
            }

            var opId = Guid.NewGuid();
            if (await SubmitAsync(first, opId,
                [
                    new TableTransactionAction(TableTransactionActionType.Add, IdentityRow.Write(first, opId)),
                    KeyAction(first, keyExpires, stale),
                    quota.Write(Partition),
                ], stop) is { } written)
            {
                return new Reservation(written, null);
            }

            var key = await KeyAsync(first.KeyRow, stop);
            if (key?.Tag != stale?.Tag)
            {
                return new Reservation(null, null);
            }
        }
    }

    /// <summary>Inserts a record that was lost, with its key and its photos' rows, and counts what it holds, together.</summary>
    /// <param name="more">Those of them that are not there.</param>
    /// <returns>Null when the record is there.</returns>
    internal async Task<Identity?> BringBackAsync(Identity identity, IReadOnlyList<TableEntity> more, CancellationToken stop)
    {
        while (await GetAsync(identity.Id, stop) is null)
        {
            var quota = (await QuotaAsync(stop)).After(null, identity);
            var opId = Guid.NewGuid();
            List<TableTransactionAction> actions = [new(TableTransactionActionType.Add, IdentityRow.Write(identity, opId)), quota.Write(Partition)];
            foreach (var row in more)
            {
                if (!(await _table.GetEntityIfExistsAsync<TableEntity>(Partition, row.RowKey, cancellationToken: stop)).HasValue)
                {
                    actions.Add(new TableTransactionAction(TableTransactionActionType.Add, row));
                }
            }
            if (await SubmitAsync(identity, opId, actions, stop) is { } written)
            {
                return written;
            }
        }
        return null;
    }

    /// <summary>
    /// Writes <paramref name="next"/> over the row <paramref name="read"/> came from. The work item of the new due time is
    /// queued before the write it serves; the old one is dropped after. What the quota counts is changed in the same transaction.
    /// </summary>
    /// <returns>Null when somebody else wrote first.</returns>
    internal async Task<Identity?> ReplaceAsync(Identity read, Identity next, CancellationToken stop) =>
        (await ReplaceAsync(read, next, null, stop)).Written;

    /// <summary>The same for work that is accepted anew, within the limits of its owner.</summary>
    internal async Task<Reservation> ReplaceAsync(Identity read, Identity next, QuotaOptions? limits, CancellationToken stop)
    {
        var moved = !SameMoment.Of(next.DueAt, read.DueAt);
        var old = moved && read.DueAt is { } was ? await _index.ItemAsync(read, was, stop) : null;
        if (moved && next.DueAt is { } due)
        {
            await _index.ScheduleAsync(next, due, stop);
        }

        var now = _clock.GetUtcNow();
        var row = next with { Seq = read.Seq + 1, UpdatedAt = now, CountedAt = limits is null ? next.CountedAt : now };
        var counted = limits is not null || read.SlotHeld != next.SlotHeld || read.Stored != next.Stored || read.IsOpen != next.IsOpen
            || DraftRows.LosesThumbnail(read, next);
        var written = counted ? await WriteCountedAsync(read, row, limits, stop) : new Reservation(await WriteAsync(row, read.Tag, stop), null);
        if (written.Written is not null && old is not null)
        {
            await _index.DropAsync(old, stop);
        }
        return written;
    }

    /// <summary>Removes the record, its key and its photos' rows and gives back what they counted, together.</summary>
    /// <returns>False when the record was written meanwhile; one that is gone already is removed.</returns>
    internal async Task<bool> RemoveAsync(Identity identity, CancellationToken stop)
    {
        while (true)
        {
            var quota = (await QuotaAsync(stop)).After(identity, null);
            List<TableTransactionAction> actions = [new(TableTransactionActionType.Delete, new TableEntity(Partition, IdentityRow.Key(identity.Id)), identity.Tag)];
            if (await KeyAsync(identity.KeyRow, stop) is { } key && key.Identity == identity.Id)
            {
                actions.Add(new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(Partition, key.Row), key.Tag));
            }
            if (quota.Exists)
            {
                actions.Add(quota.Write(Partition));
            }
            actions.AddRange(await Drafts.DropAsync(identity, null, stop));
            try
            {
                await _table.SubmitTransactionAsync(TableRules.Checked(actions), stop);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 412 or 404)
            {
                var found = await GetAsync(identity.Id, stop);
                if (found?.Tag != identity.Tag)
                {
                    return found is null;
                }
            }
        }
    }

    private TableTransactionAction KeyAction(Identity identity, DateTimeOffset expires, KeyHeld? stale)
    {
        var key = new TableEntity(Partition, identity.KeyRow)
        {
            ["identity"] = identity.Id.RowDigits,
            ["fingerprint"] = identity.Fingerprint,
            ["created_at"] = identity.CreatedAt,
            ["expires_at"] = expires,
        };
        return stale is null
            ? new TableTransactionAction(TableTransactionActionType.Add, key)
            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, key, stale.Tag);
    }

    private async Task<Reservation> WriteCountedAsync(Identity read, Identity next, QuotaOptions? limits, CancellationToken stop)
    {
        while (true)
        {
            var quota = (await QuotaAsync(stop)).After(read, next);
            if (limits is not null)
            {
                // Bytes count when they come; a training of photos that are there already brings none.
                quota = quota.Started(next.State is IdentityState.Reserved ? next.Bytes : 0, next.EstimatedMicroUsd, next.UpdatedAt);
                if (quota.Exceeds(limits) is { } limit)
                {
                    return new Reservation(null, limit);
                }
            }

            var opId = Guid.NewGuid();
            if (await SubmitAsync(next, opId,
                [
                    new TableTransactionAction(TableTransactionActionType.UpdateReplace, IdentityRow.Write(next, opId), read.Tag),
                    quota.Write(Partition),
                    .. await Drafts.DropAsync(read, next, stop),
                ], stop) is { } written)
            {
                return new Reservation(written, null);
            }
            if ((await GetAsync(next.Id, stop))?.Tag != read.Tag)
            {
                return new Reservation(null, null);
            }
        }
    }

    /// <returns>The record as written; null when a row of the transaction was not as expected.</returns>
    internal async Task<Identity?> SubmitAsync(Identity next, Guid opId, IReadOnlyList<TableTransactionAction> actions, CancellationToken stop)
    {
        try
        {
            var answers = await _table.SubmitTransactionAsync(TableRules.Checked(actions), stop);
            return next with { Tag = answers.Value[0].Headers.ETag ?? throw NoTag() };
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412 or 404)
        {
            return await OwnAsync(next.Id, opId, stop);
        }
    }

    private async Task<Identity?> WriteAsync(Identity next, ETag tag, CancellationToken stop)
    {
        var opId = Guid.NewGuid();
        try
        {
            var answer = await _table.UpdateEntityAsync(TableRules.Checked(IdentityRow.Write(next, opId)), tag, TableUpdateMode.Replace, stop);
            return next with { Tag = answer.Headers.ETag ?? throw NoTag() };
        }
        catch (RequestFailedException e) when (e.Status is 412 or 404)
        {
            return await OwnAsync(next.Id, opId, stop);
        }
    }

    /// <summary>The row, if the write that seemed to fail is the one that made it.</summary>
    private async Task<Identity?> OwnAsync(IdentityId id, Guid opId, CancellationToken stop)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(Partition, IdentityRow.Key(id), cancellationToken: stop);
        return found is { HasValue: true, Value: { } row } && row.GetGuid("op_id") == opId ? IdentityRow.Read(row) : null;
    }

    private static InvalidOperationException NoTag() => new("The table gave no ETag.");
}
