using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>Everything a partition holds.</summary>
/// <param name="DraftPhotos">Of drafts that are open.</param>
internal sealed record Everything(IReadOnlyList<Identity> Identities, ILookup<IdentityId, DraftPhoto> DraftPhotos, IReadOnlyList<KeyHeld> Keys, Quota Quota);

/// <summary>An owner's partition as a whole: to be told, and to be emptied.</summary>
internal sealed class OwnerHoldings(OwnerRows rows, TableClient table, string partition)
{
    /// <returns>The state of a record that is there, one that stays before one that is being erased; null when there is none.</returns>
    public async Task<IdentityState?> AnyAsync(CancellationToken stop)
    {
        IdentityState? found = null;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {"i_"} and RowKey lt {"j_"}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, null, ["state", RowFormat.Column], stop))
        {
            found = Enum.Parse<IdentityState>(RowFormat.Known(row).GetString("state"));
            if (found is not IdentityState.Deleting)
            {
                break;
            }
        }
        return found;
    }

    /// <summary>All there is in the owner's partition, what is being erased included.</summary>
    public async Task<Everything> EverythingAsync(CancellationToken stop)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {"i_"} and RowKey lt {"j_"}");
        List<Identity> identities = [];
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: stop))
        {
            identities.Add(IdentityRow.Read(row));
        }
        List<(IdentityId Of, DraftPhoto Photo)> photos = [];
        foreach (var draft in identities.Where(identity => identity.IsOpen))
        {
            photos.AddRange((await rows.Drafts.ListAsync(draft.Id, stop)).Select(photo => (draft.Id, photo)));
        }
        return new Everything(identities, photos.ToLookup(one => one.Of, one => one.Photo), await KeysAsync(stop), await rows.QuotaAsync(stop));
    }

    /// <summary>Every idempotency key the owner has.</summary>
    public async Task<IReadOnlyList<KeyHeld>> KeysAsync(CancellationToken stop)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {"k_"} and RowKey lt {"l_"}");
        List<KeyHeld> keys = [];
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: stop))
        {
            keys.Add(KeyHeld.Read(row));
        }
        return keys;
    }

    /// <summary>Removes what belongs to no record any more: keys that were left, and the counters once their day is over.</summary>
    /// <returns>False when the counters still count.</returns>
    public async Task<bool> ClearAsync(DateTimeOffset now, CancellationToken stop)
    {
        foreach (var key in await KeysAsync(stop))
        {
            if (await rows.GetAsync(key.Identity, stop) is null)
            {
                await table.DeleteEntityAsync(partition, key.Row, key.Tag, stop);
            }
        }
        var quota = await rows.QuotaAsync(stop);
        if (quota.Exists && quota.IsIdle(now))
        {
            await table.SubmitTransactionAsync(TableRules.Checked([quota.Delete(partition)]), stop);
        }
        return !quota.Exists || quota.IsIdle(now);
    }
}
