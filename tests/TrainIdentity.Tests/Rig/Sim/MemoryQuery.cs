using Azure;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>The pages of a query. Each is a call of its own, so rows may come and go between two of them.</summary>
internal sealed class MemoryQuery<T>(
    MemoryTables account, MemoryTableClient client, MemoryFilter filter, int? maxPerPage, IReadOnlyCollection<string>? select, CancellationToken stop) : AsyncPageable<T>
    where T : notnull
{
    private const int MaxRows = 1000;

    public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        var wanted = pageSizeHint ?? maxPerPage ?? MaxRows;
        if (wanted is < 1 or > MaxRows)
        {
            throw TableFault.Of(400, "InvalidInput");
        }

        var next = continuationToken;
        var empty = account.EmptyFirstPages && next is null;
        do
        {
            var from = next?.Split(' ', 2);
            var (rows, more) = await client.CallAsync(
                new TableCall(client.Name, "Query", filter.Partition, []),
                () => account.Do(client.Name, table => Take(table, from?[0], from?[1], empty ? 0 : Math.Min(wanted, account.RowsAPage))),
                stop);
            (next, empty) = (more, false);
            yield return Page<T>.FromValues(rows, next, client.Answer(200));
        }
        while (next is not null);
    }

    private (IReadOnlyList<T> Rows, string? Next) Take(MemoryTable table, string? fromPartition, string? fromRow, int count)
    {
        List<T> rows = [];
        foreach (var (partition, row, found) in table.From(filter.Partition, fromPartition, fromRow))
        {
            if (!filter.Takes(found))
            {
                continue;
            }
            if (rows.Count == count)
            {
                return (rows, $"{partition} {row}");
            }
            rows.Add(MemoryTableClient.As<T>(found.Copy(select)));
        }
        return (rows, null);
    }
}
