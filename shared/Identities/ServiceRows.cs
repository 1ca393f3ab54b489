using Azure;
using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>
/// Rows that concern the service as a whole and no user: counters, switches, alerts, what the last census found. They live
/// in one partition of the index, which no user's call reaches.
/// </summary>
internal sealed class ServiceRows(TableClient table)
{
    private const string Partition = "g";

    /// <returns>An empty row, to be inserted, when there is none yet.</returns>
    public async Task<TableEntity> GetAsync(string row, CancellationToken stop)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Partition, TableRules.Key(row), cancellationToken: stop);
        return found is { HasValue: true, Value: { } known } ? known : new TableEntity(Partition, row);
    }

    /// <summary>Rows whose key begins so, in key order.</summary>
    public async Task<IReadOnlyList<TableEntity>> ListAsync(string prefix, CancellationToken stop)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {prefix} and RowKey lt {prefix + "~"}");
        List<TableEntity> rows = [];
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: stop))
        {
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>Writes a row that <see cref="GetAsync"/> gave, as it was changed since.</summary>
    /// <returns>False when somebody else wrote it first.</returns>
    public async Task<bool> PutAsync(TableEntity row, CancellationToken stop)
    {
        var opId = Guid.NewGuid();
        row["op_id"] = opId;
        try
        {
            await (row.ETag == default
                ? table.AddEntityAsync(TableRules.Checked(row), stop)
                : table.UpdateEntityAsync(TableRules.Checked(row), row.ETag, TableUpdateMode.Replace, stop));
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412 or 404)
        {
            var found = await table.GetEntityIfExistsAsync<TableEntity>(Partition, row.RowKey, cancellationToken: stop);
            return found is { HasValue: true, Value: { } now } && now.GetGuid("op_id") == opId;
        }
    }

    /// <summary>Reads, changes and writes a row until nobody came in between.</summary>
    public async Task ChangeAsync(string row, Action<TableEntity> change, CancellationToken stop)
    {
        while (true)
        {
            var known = await GetAsync(row, stop);
            change(known);
            if (await PutAsync(known, stop))
            {
                return;
            }
        }
    }
}
