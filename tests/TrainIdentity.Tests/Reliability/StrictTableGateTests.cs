using Azure;
using Azure.Data.Tables;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>The gate of a client of the table in memory: what is done at which moment, and what the caller sees of it.</summary>
public sealed class StrictTableGateTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly MemoryTables _tables = new MemoryTables(new TableRaceClock(() => Noon)).With("Gates");
    private readonly List<string> _passed = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_passes_before_and_after_it_is_done()
    {
        var table = Client((_, _) => null);

        var tag = (await table.AddEntityAsync(new TableEntity("p", "r"), Stop)).Headers.ETag!.Value;
        await table.GetEntityIfExistsAsync<TableEntity>("p", "r", cancellationToken: Stop);
        await table.QueryAsync<TableEntity>("PartitionKey eq 'p' and RowKey ge 'a'", cancellationToken: Stop).ToListAsync(Stop);
        await table.SubmitTransactionAsync(
            [new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity("p", "r"), tag), new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", "s"))], Stop);

        Assert.Equal(
            [
                "Before Add Gates/p/r with 0 rows", "After Add Gates/p/r with 1 rows",
                "Before Get Gates/p/r with 1 rows", "After Get Gates/p/r with 1 rows",
                "Before Query Gates/p/ with 1 rows", "After Query Gates/p/ with 1 rows",
                "Before Transaction Gates/p/r+s with 1 rows", "After Transaction Gates/p/r+s with 1 rows",
            ], _passed);
    }

    [Fact]
    public async Task Refused_before_it_is_done_a_call_changes_nothing()
    {
        var table = Client((_, moment) => moment is TableMoment.Before ? new RequestFailedException(503, "busy") : null);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r"), Stop));

        Assert.Equal(503, refused.Status);
        Assert.Empty(_tables.Rows("Gates"));
    }

    [Fact]
    public async Task A_call_that_never_gets_through_is_given_up_after_four_tries()
    {
        var table = Client((_, _) => new IOException("No way."));

        var lost = await Assert.ThrowsAsync<AggregateException>(() => table.AddEntityAsync(new TableEntity("p", "r"), Stop));

        Assert.Equal(4, lost.InnerExceptions.Count);
        Assert.True(TableTrouble.Is(lost));
        Assert.Empty(_tables.Rows("Gates"));
    }

    [Fact]
    public async Task A_host_that_dies_after_its_call_does_not_repeat_it()
    {
        var table = Client((_, moment) => moment is TableMoment.After ? new HostGoneException() : null);

        await Assert.ThrowsAsync<HostGoneException>(() => table.AddEntityAsync(new TableEntity("p", "r"), Stop));

        Assert.Equal(2, _passed.Count);
        Assert.Single(_tables.Rows("Gates"));
    }

    [Fact]
    public async Task A_host_whose_clock_is_wrong_learns_the_time_of_the_tables()
    {
        var clock = new StorageClock(new TableRaceClock(() => Noon.AddMinutes(10)));
        var table = _tables.Client("Gates", observer: clock);

        await table.GetEntityIfExistsAsync<TableEntity>("p", "r", cancellationToken: Stop);

        Assert.Equal(Noon, clock.GetUtcNow());
    }

    private TableClient Client(Func<TableCall, TableMoment, Exception?> fate) => _tables.Client("Gates", (call, moment, _) =>
    {
        _passed.Add($"{moment} {call} with {_tables.Rows("Gates").Count} rows");
        return fate(call, moment) is { } thrown ? ValueTask.FromException(thrown) : ValueTask.CompletedTask;
    });
}
