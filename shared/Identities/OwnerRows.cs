using Azure;
using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>What an idempotency key stands for.</summary>
internal sealed record KeyHeld(string Row, IdentityId Identity, string Fingerprint, DateTimeOffset ExpiresAt, ETag Tag);

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
        return found is { HasValue: true, Value: { } row }
            ? new KeyHeld(keyRow, IdentityId.FromRowDigits(row.GetString("identity")), row.GetString("fingerprint"), row.GetDateTimeOffset("expires_at")!.Value, row.ETag)
            : null;
    }

    /// <summary>Inserts the record and its key together.</summary>
    /// <param name="stale">A key row that has run out and is taken over; null when there was none.</param>
    /// <returns>Null when another request holds the key.</returns>
    internal async Task<Identity?> ReserveAsync(Identity identity, DateTimeOffset keyExpires, KeyHeld? stale, CancellationToken stop)
    {
        var first = identity with { Seq = 1, UpdatedAt = _clock.GetUtcNow() };
        var opId = Guid.NewGuid();
        var key = new TableEntity(Partition, identity.KeyRow)
        {
            ["op_id"] = opId,
            ["identity"] = identity.Id.RowDigits,
            ["fingerprint"] = identity.Fingerprint,
            ["created_at"] = identity.CreatedAt,
            ["expires_at"] = keyExpires,
        };
        try
        {
            await _table.SubmitTransactionAsync(TableRules.Checked(
            [
                new TableTransactionAction(TableTransactionActionType.Add, IdentityRow.Write(first, opId)),
                stale is null
                    ? new TableTransactionAction(TableTransactionActionType.Add, key)
                    : new TableTransactionAction(TableTransactionActionType.UpdateReplace, key, stale.Tag),
            ]), stop);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412 or 404)
        {
            return await OwnAsync(identity.Id, opId, stop);
        }
        return await GetAsync(identity.Id, stop);
    }

    /// <summary>
    /// Writes <paramref name="next"/> over the row <paramref name="read"/> came from. The work item of the new due time is
    /// queued before the write it serves; the old one is dropped after.
    /// </summary>
    /// <returns>Null when somebody else wrote first.</returns>
    internal async Task<Identity?> ReplaceAsync(Identity read, Identity next, CancellationToken stop)
    {
        var moved = !SameMoment.Of(next.DueAt, read.DueAt);
        if (moved && next.DueAt is { } due)
        {
            await _index.ScheduleAsync(next, due, stop);
        }

        var written = await WriteAsync(next with { Seq = read.Seq + 1, UpdatedAt = _clock.GetUtcNow() }, read.Tag, stop);
        if (written is not null && moved && read.DueAt is { } old)
        {
            await _index.DropAsync(read, old, stop);
        }
        return written;
    }

    /// <summary>Removes the record and its key; a row that is gone already is no error, one written meanwhile is (412).</summary>
    internal async Task RemoveAsync(Identity identity, CancellationToken stop)
    {
        if (await KeyAsync(identity.KeyRow, stop) is { } key && key.Identity == identity.Id)
        {
            await DeleteAsync(identity.KeyRow, key.Tag, stop);
        }
        await DeleteAsync(IdentityRow.Key(identity.Id), identity.Tag, stop);
    }

    private async Task<Identity?> WriteAsync(Identity next, ETag tag, CancellationToken stop)
    {
        var opId = Guid.NewGuid();
        try
        {
            var answer = await _table.UpdateEntityAsync(TableRules.Checked(IdentityRow.Write(next, opId)), tag, TableUpdateMode.Replace, stop);
            return next with { Tag = answer.Headers.ETag ?? throw new InvalidOperationException("The table gave no ETag.") };
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

    private async Task DeleteAsync(string row, ETag tag, CancellationToken stop)
    {
        try
        {
            await _table.DeleteEntityAsync(Partition, row, tag, stop);
        }
        catch (RequestFailedException e) when (e.Status is 404)
        {
            // An earlier try removed it.
        }
    }
}
