using Azure;
using Azure.Data.Tables;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>What the service refuses and Azurite takes, or refuses in words the client cannot read: asked of the table in memory alone.</summary>
public sealed class StrictTableGapTests
{
    private readonly MemoryTables _tables = new MemoryTables(TimeProvider.System).With("Gaps");

    private TableClient Table => _tables.Client("Gaps");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transaction_stays_in_one_partition()
    {
        // Azurite writes both.
        var refused = await Assert.ThrowsAsync<TableTransactionFailedException>(() => Table.SubmitTransactionAsync([Add("p", "a"), Add("q", "a")], Stop));

        Assert.Equal((400, "CommandsInBatchActOnDifferentPartitions", 1), (refused.Status, refused.ErrorCode, refused.FailedTransactionActionIndex));
        Assert.Empty(_tables.Rows("Gaps"));
    }

    [Fact]
    public async Task A_transaction_has_at_most_a_hundred_actions()
    {
        // Azurite refuses it with an answer that the client takes for no HTTP.
        var refused = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => Table.SubmitTransactionAsync(Enumerable.Range(0, 101).Select(i => Add("p", $"r{i}")), Stop));

        Assert.Equal((400, "InvalidInput"), (refused.Status, refused.ErrorCode));
        Assert.Empty(_tables.Rows("Gaps"));
    }

    [Fact]
    public async Task A_row_has_bounds_that_Azurite_does_not_watch()
    {
        var many = new TableEntity("p", "many");
        var large = new TableEntity("p", "large");
        for (var i = 0; i < 253; i++)
        {
            many[$"p{i}"] = i;
            large[$"p{i % 20}"] = new string('x', 32_000);
        }

        await RefusedAsync("TooManyProperties", many);
        await RefusedAsync("EntityTooLarge", large);
        await RefusedAsync("PropertyNameInvalid", new TableEntity("p", "name") { ["odd-name"] = 1 });
        await RefusedAsync("PropertyNameTooLong", new TableEntity("p", "name") { [new string('n', 256)] = 1 });
        await RefusedAsync("OutOfRangeInput", new TableEntity("p", "date") { ["at"] = new DateTimeOffset(1600, 12, 31, 23, 59, 59, TimeSpan.Zero) });
        await RefusedAsync("PropertiesNeedValue", new TableEntity { PartitionKey = "p" });
        many.Remove("p0");
        Assert.Equal(204, (await Table.AddEntityAsync(many, Stop)).Status);
    }

    [Fact]
    public async Task Nothing_is_written_whatever_stands_there()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r"), Stop);
        var row = new TableEntity("p", "r");

        await Assert.ThrowsAsync<InvalidOperationException>(() => Table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace, Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Table.UpdateEntityAsync(row, default, TableUpdateMode.Merge, Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Table.DeleteEntityAsync("p", "r", cancellationToken: Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Table.SubmitTransactionAsync([new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, ETag.All)], Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Table.SubmitTransactionAsync([new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)], Stop));
        await Assert.ThrowsAsync<NotSupportedException>(() => Table.UpsertEntityAsync(row, TableUpdateMode.Replace, Stop));
        Assert.Single(_tables.Rows("Gaps"));
    }

    [Fact]
    public async Task What_the_caller_changes_afterwards_is_not_stored()
    {
        var data = new byte[] { 1 };
        var row = new TableEntity("p", "r") { ["data"] = data, ["text"] = "x" };
        await Table.AddEntityAsync(row, Stop);

        (data[0], row["text"]) = (2, "y");
        var read = (await Table.GetEntityIfExistsAsync<TableEntity>("p", "r", cancellationToken: Stop)).Value!;
        read.GetBinary("data")[0] = 3;
        var again = Assert.Single(_tables.Rows("Gaps"));

        Assert.Equal((1, "x"), (again.GetBinary("data")[0], again.GetString("text")));
    }

    [Fact]
    public async Task Two_versions_of_one_moment_have_different_ETags()
    {
        var frozen = new MemoryTables(new TableRaceClock(() => new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))).With("Frozen");
        var table = frozen.Client("Frozen");

        var first = (await table.AddEntityAsync(new TableEntity("p", "r"), Stop)).Headers.ETag!.Value;
        var second = (await table.UpdateEntityAsync(new TableEntity("p", "r"), first, TableUpdateMode.Replace, Stop)).Headers.ETag!.Value;

        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task A_page_may_be_short_or_empty_and_still_have_a_next_one()
    {
        (_tables.RowsAPage, _tables.EmptyFirstPages) = (2, true);
        for (var i = 0; i < 5; i++)
        {
            await Table.AddEntityAsync(new TableEntity("p", $"r{i}"), Stop);
        }

        var pages = await Table.QueryAsync<TableEntity>("PartitionKey eq 'p'", cancellationToken: Stop).AsPages().ToListAsync(Stop);

        Assert.Equal([0, 2, 2, 1], pages.Select(page => page.Values.Count));
    }

    private static TableTransactionAction Add(string partition, string row) => new(TableTransactionActionType.Add, new TableEntity(partition, row));

    private async Task RefusedAsync(string code, TableEntity row)
    {
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => Table.AddEntityAsync(row, Stop));
        Assert.Equal((400, code), (refused.Status, refused.ErrorCode));
    }
}
