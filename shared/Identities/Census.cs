using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>
/// Once in a while one host reads every record, some pages a round. Work items are hints and can be lost; the records
/// decide, so whatever is long past its time and has no item gets one again.
/// </summary>
internal sealed class Census(IdentityTables tables, Alerts alerts, TimeSpan every)
{
    public const string Row = "census";

    private const int RowsAPage = 100;
    private const int PagesAStep = 50;

    /// <summary>A step begins no further page after this time.</summary>
    private static readonly TimeSpan StepTakes = TimeSpan.FromSeconds(15);

    /// <summary>An item that comes after this time is not the one an overdue record waits for.</summary>
    private static readonly TimeSpan SoonEnough = TimeSpan.FromHours(1);

    public async Task StepAsync(CancellationToken stop)
    {
        var now = tables.Clock.GetUtcNow();
        if (await tables.Service.TakeAsync(Row, every, now, stop) is not { } row)
        {
            return;
        }

        var tally = CensusTally.SoFar(row);
        if (await CountAsync(tally, row.GetString("cursor"), now, stop) is { } next)
        {
            ServiceRows.GoesOn(row, next, tally.ToJson());
            await tables.Service.PutAsync(row, stop);
            return;
        }

        ServiceRows.Ended(row, now, tally.ToJson());
        row["live"] = tally.Live;
        if (await tables.Service.PutAsync(row, stop) && tally.SlowErasures > 0)
        {
            await alerts.RaiseAsync(AlertKind.SlowErasure, IdentityId.TryParse(tally.SlowestErasure, out var slowest) ? slowest : null, stop);
        }
    }

    /// <returns>Where the next step begins; null when every record was seen.</returns>
    private async Task<string?> CountAsync(CensusTally tally, string? cursor, DateTimeOffset now, CancellationToken stop)
    {
        var began = tables.Clock.GetTimestamp();
        var pages = 0;
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {"u_"} and PartitionKey lt {"v_"} and RowKey ge {"i_"} and RowKey lt {"j_"}");
        await foreach (var page in tables.Identities.QueryAsync<TableEntity>(filter, RowsAPage, CensusTally.Columns, stop).AsPages(cursor))
        {
            foreach (var record in page.Values)
            {
                tally.Add(record, now);
                if (IsOverdue(record.GetDateTimeOffset("due_at"), record.GetDateTimeOffset("updated_at"), now))
                {
                    await RemindAsync(tally, record, now, stop);
                }
            }

            cursor = page.ContinuationToken is { Length: > 0 } more ? more : null;
            if (++pages == PagesAStep || tables.Clock.GetElapsedTime(began) > StepTakes)
            {
                break;
            }
        }
        return cursor;
    }

    private static bool IsOverdue(DateTimeOffset? due, DateTimeOffset? updated, DateTimeOffset now) =>
        now - due > Upkeep.LateAfter && now - updated > Upkeep.LateAfter;

    private async Task RemindAsync(CensusTally tally, TableEntity record, DateTimeOffset now, CancellationToken stop)
    {
        var id = CensusTally.IdOf(record);
        try
        {
            if (await tables.For(record.PartitionKey[2..]).GetAsync(id, stop) is not { } identity || !IsOverdue(identity.DueAt, identity.UpdatedAt, now))
            {
                return;
            }

            tally.Overdue++;
            tally.Requeued += await RequeueAsync(identity, now, stop) ? 1 : 0;
        }
        catch (Exception e) when (!stop.IsCancellationRequested && !TableTrouble.Is(e))
        {
            // One record that cannot be read must not end every census.
            tally.Unreadable++;
            await alerts.RaiseAsync(AlertKind.PoisonItem, id, stop);
        }
    }

    /// <summary>Queues first and looks then: the other way round, an item could be worked off in between.</summary>
    /// <returns>False when the record had an item and only waits its turn; a second one would come back every day.</returns>
    private async Task<bool> RequeueAsync(Identity identity, DateTimeOffset now, CancellationToken stop)
    {
        if (await tables.Index.PokeAsync(identity, now, stop) is not { } item)
        {
            return false;
        }
        if (!await HasAnotherAsync(item, now + SoonEnough, stop))
        {
            return true;
        }

        await tables.Index.DropAsync(item, stop);
        return false;
    }

    private async Task<bool> HasAnotherAsync(WorkItem item, DateTimeOffset before, CancellationToken stop)
    {
        var digits = item.Identity.RowDigits;
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {item.Bucket} and RowKey ge {"t_"} and RowKey lt {"u_"} and identity eq {digits} and due_at lt {before}");
        await foreach (var row in tables.IndexTable.QueryAsync<TableEntity>(filter, null, ["RowKey"], stop))
        {
            // Items that ask for something else than a look at the record have a longer key.
            if (row.RowKey != item.Row && row.RowKey.EndsWith(digits, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }
}
