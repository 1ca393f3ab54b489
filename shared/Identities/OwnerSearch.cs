using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>Whose an identity is, for an operator who knows no more than its id. No request of a user comes here.</summary>
internal sealed class OwnerSearch(IdentityTables tables)
{
    /// <summary>By the claim of its repo, and where that is gone by its record: the one is a small table, the other the whole of the large one.</summary>
    /// <returns>Null when there is no such record.</returns>
    public async Task<string?> FindAsync(IdentityId id, CancellationToken stop) => await ByClaimAsync(id, stop) ?? await ByRecordAsync(id, stop);

    /// <summary>What the index still holds about it: looks that are to come, and a tombstone to be forgotten.</summary>
    public async Task<IReadOnlyList<WorkItem>> ItemsAsync(IdentityId id, CancellationToken stop)
    {
        List<WorkItem> items = [];
        await foreach (var row in tables.IndexTable.QueryAsync<TableEntity>(InIndex("t_", "u_", id), cancellationToken: stop))
        {
            if (IndexRows.IsReadable(row))
            {
                items.Add(IndexRows.Read(row));
            }
        }
        return [.. items.OrderBy(item => item.Due)];
    }

    private async Task<string?> ByClaimAsync(IdentityId id, CancellationToken stop)
    {
        await foreach (var claim in tables.IndexTable.QueryAsync<TableEntity>(InIndex("c_", "d_", id), cancellationToken: stop))
        {
            // A claim may stand for a moment without its record.
            if (claim.GetString("owner_key") is { Length: > 0 } owner && await tables.For(owner).GetAsync(id, stop) is not null)
            {
                return owner;
            }
        }
        return null;
    }

    private async Task<string?> ByRecordAsync(IdentityId id, CancellationToken stop)
    {
        var row = IdentityRow.Key(id);
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {"u_"} and PartitionKey lt {"v_"} and RowKey eq {row}");
        await foreach (var record in tables.Identities.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: stop))
        {
            return record.PartitionKey["u_".Length..];
        }
        return null;
    }

    private static string InIndex(string from, string to, IdentityId id) => TableClient.CreateQueryFilter(
        $"PartitionKey ge {"b_"} and PartitionKey lt {"c_"} and RowKey ge {from} and RowKey lt {to} and identity eq {id.RowDigits}");
}
