using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Identities;

/// <summary>Tables of one's own under a clock that stands still, and what was said to the operator.</summary>
internal sealed class OperatorDesk : ILogger<Alerts>, ILogger<Upkeep>, IDisposable
{
    public static readonly TimeSpan Daily = TimeSpan.FromDays(1);

    private OperatorDesk(TableClient identities, TableClient index)
    {
        Tables = new IdentityTables(identities, index, new StorageClock(Clock));
        Alerts = new Alerts(Tables, Telemetry, Clock, this);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public Telemetry Telemetry { get; } = new();

    public IdentityTables Tables { get; }

    public Alerts Alerts { get; }

    public List<(LogLevel Level, string Text)> Lines { get; } = [];

    public DateTimeOffset Now => Clock.GetUtcNow();

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="identities">Stands in for the table of records.</param>
    public static async Task<OperatorDesk> OpenAsync(Tables tables, TableClient? identities = null)
    {
        var (account, own) = (new TableServiceClient(await tables.ConnectionStringAsync()), Guid.NewGuid().ToString("N")[..12]);
        var (records, index) = (account.GetTableClient($"Rows{own}"), account.GetTableClient($"Index{own}"));
        await records.CreateAsync(Stop);
        await index.CreateAsync(Stop);
        return new OperatorDesk(identities ?? records, index);
    }

    public static Identity New(DateTimeOffset created, IdentityState state = IdentityState.Training)
    {
        var id = IdentityId.New(created);
        return new Identity
        {
            Id = id,
            OwnerKey = $"owner{id.RowDigits[^4..]}",
            UserId = "mira",
            Name = "Mom",
            Repo = new RepoId("local", $"identity-mom-{id.RowDigits}"),
            Photos = [],
            Plan = TrainingPlan.From(TrainingProfiles.Original, "person", 3),
            Fingerprint = "f",
            KeyRow = $"k_{id.RowDigits}",
            CreatedAt = created,
            UpdatedAt = created,
            ClientSeenAt = created,
            State = state,
        };
    }

    /// <summary>Writes the record as it is, without its work item.</summary>
    public async Task<Identity> KeepAsync(Identity identity, Action<TableEntity>? with = null)
    {
        var row = IdentityRow.Write(identity, Guid.NewGuid());
        with?.Invoke(row);
        await Tables.Identities.AddEntityAsync(row, Stop);
        return identity;
    }

    public Task<TableEntity> RowAsync(string row) => Tables.Service.GetAsync(row, Stop);

    public async Task<long> RaisedAsync(AlertKind kind) => (await RowAsync($"a_{kind}")).GetInt64("count") ?? 0;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add((logLevel, formatter(state, exception)));

    public void Dispose()
    {
        Telemetry.Dispose();
        Tables.Dispose();
    }
}
