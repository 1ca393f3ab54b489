using Azure;
using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>
/// Rows that concern the service as a whole and no user: counters, switches, alerts, what the last census found. They live
/// in one partition of the index, which no user's call reaches.
/// </summary>
internal sealed class ServiceRows(TableClient table)
{
    public const string Partition = "g";

    /// <summary>What a host that died in the middle of a step holds up.</summary>
    private static readonly TimeSpan StepLasts = TimeSpan.FromMinutes(5);

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

    /// <summary>Writes a row that <see cref="GetAsync"/> gave, as it was changed since; it may be changed and written again.</summary>
    /// <returns>False when somebody else wrote it first.</returns>
    public async Task<bool> PutAsync(TableEntity row, CancellationToken stop)
    {
        var opId = Guid.NewGuid();
        row["op_id"] = opId;
        try
        {
            var answer = await (row.ETag == default
                ? table.AddEntityAsync(TableRules.Checked(row), stop)
                : table.UpdateEntityAsync(TableRules.Checked(row), row.ETag, TableUpdateMode.Replace, stop));
            row.ETag = answer.Headers.ETag ?? throw new InvalidOperationException("The table gave no ETag.");
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412 or 404)
        {
            var found = await table.GetEntityIfExistsAsync<TableEntity>(Partition, row.RowKey, cancellationToken: stop);
            if (found is not { HasValue: true, Value: { } now } || now.GetGuid("op_id") != opId)
            {
                return false;
            }

            row.ETag = now.ETag;
            return true;
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

    /// <summary>
    /// Takes the next step of something that is done once in a while in many steps, for one host at a time. Whoever takes it
    /// ends it with <see cref="PutAsync"/>, after <see cref="Ended"/> or <see cref="GoesOn"/>.
    /// </summary>
    /// <returns>Null when it is not time yet, or another host is at it.</returns>
    public async Task<TableEntity?> TakeAsync(string row, TimeSpan every, DateTimeOffset now, CancellationToken stop)
    {
        var known = await GetAsync(row, stop);
        if (known.GetDateTimeOffset("taken_until") > now)
        {
            return null;
        }
        if (known.GetBoolean("under_way") is not true)
        {
            if (now - known.GetDateTimeOffset("began_at") < every)
            {
                return null;
            }

            known["under_way"] = true;
            known["began_at"] = now;
        }
        known["taken_until"] = now + StepLasts;
        return await PutAsync(known, stop) ? known : null;
    }

    /// <param name="cursor">Where the next step begins.</param>
    /// <param name="tally">What was found so far.</param>
    public static void GoesOn(TableEntity row, string cursor, string tally)
    {
        row["cursor"] = cursor;
        row["tally"] = tally;
        row.Remove("taken_until");
    }

    /// <param name="found">What was found in all; read until the next time ends.</param>
    public static void Ended(TableEntity row, DateTimeOffset now, string found)
    {
        row["found"] = found;
        row["ended_at"] = now;
        row["under_way"] = false;
        foreach (var name in new[] { "cursor", "tally", "taken_until" })
        {
            row.Remove(name);
        }
    }
}
