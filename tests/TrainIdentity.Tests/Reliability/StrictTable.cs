using Azure.Core;
using Azure.Data.Tables;
using TrainIdentity.Tests.Identities;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>A new table on either implementation, and a way to lose the next answer of a write.</summary>
internal sealed class StrictTable
{
    public const string Memory = "memory";
    public const string Azurite = "Azurite";

    private readonly TableProbe _probe = new();
    private int _lose;

    private StrictTable()
    {
    }

    public required string Name { get; init; }

    public TableClient Client { get; private set; } = null!;

    public static async Task<StrictTable> OpenAsync(string kind, Tables tables, bool create = true)
    {
        var table = new StrictTable { Name = "Strict" + Guid.NewGuid().ToString("N")[..12] };
        table.Client = kind is Memory ? new MemoryTables(TimeProvider.System).Client(table.Name, table.Gate) : await table.OverAzuriteAsync(tables);
        if (create)
        {
            await table.Client.CreateIfNotExistsAsync(TestContext.Current.CancellationToken);
        }
        return table;
    }

    public void LoseNextAnswer()
    {
        _lose = 1;
        _probe.LoseNextAnswer();
    }

    private async Task<TableClient> OverAzuriteAsync(Tables tables)
    {
        var options = new TableClientOptions();
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        options.AddPolicy(_probe, HttpPipelinePosition.PerRetry);
        return new TableServiceClient(await tables.ConnectionStringAsync(), options).GetTableClient(Name);
    }

    private ValueTask Gate(TableCall call, TableMoment moment, CancellationToken stop) =>
        moment is TableMoment.After && call.Operation is not ("Get" or "Query") && Interlocked.Exchange(ref _lose, 0) == 1
            ? throw new IOException("The answer was lost.")
            : ValueTask.CompletedTask;
}
