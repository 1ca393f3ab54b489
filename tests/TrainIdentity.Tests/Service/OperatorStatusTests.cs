using Azure.Data.Tables;
using TrainIdentity.Functions;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Identities;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary><c>status</c>, <c>pause</c> and <c>resume</c> over rows that are there already.</summary>
public sealed class OperatorStatusTests(DefaultService service, Tables tables) : IClassFixture<DefaultService>, IAsyncLifetime
{
    private readonly OperatorRun _run = new(service.Rig);
    private IdentityTables _tables = null!;

    private static CancellationToken Stop => ServiceRig.Stop;

    public async ValueTask InitializeAsync()
    {
        var options = new StorageOptions { ConnectionString = await tables.ConnectionStringAsync(), IdentitiesTable = _run.IdentitiesTable, IndexTable = _run.IndexTable };
        _tables = new IdentityTables(options, new StorageClock(TimeProvider.System));
        await _tables.EnsureAsync(Stop);
    }

    [Fact]
    public async Task With_nothing_to_do_all_is_well()
    {
        var (exit, output) = await _run.RunAsync("status");

        Assert.Equal(0, exit);
        Assert.StartsWith($"Version: {ServiceVersion.Text}.", output, StringComparison.Ordinal);
        Assert.Contains("Backlog: nothing is due.", output, StringComparison.Ordinal);
        Assert.Contains("Census: never ended yet.", output, StringComparison.Ordinal);
        Assert.Contains("Alerts: none.", output, StringComparison.Ordinal);
        Assert.Contains("Training: on, 0 of ", output, StringComparison.Ordinal);
        Assert.Contains("ok base_model: black-forest-labs/FLUX.1-dev can be read.", output, StringComparison.Ordinal);
        Assert.Contains("Profile flux-512: usually 1.46 USD, at most 3.75 USD a training.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_operator_must_see_is_shown_and_exits_1()
    {
        var now = DateTimeOffset.UtcNow;
        var late = OperatorDesk.New(now.AddHours(-2));
        await _tables.Index.ScheduleAsync(late, now.AddMinutes(-20), Stop);
        var counted = new CensusTally { Live = 3, Statuses = { ["ready"] = 2, ["training"] = 1 }, Unfinished = late.Id.ToString(), UnfinishedSince = late.CreatedAt, Overdue = 1, Requeued = 1 };
        await KeepAsync(Census.Row, row => ServiceRows.Ended(row, now, counted.ToJson()));
        var audited = new AuditTally { Repos = 30, OrphansSince = now };
        Enumerable.Range(0, 25).ToList().ForEach(n => audited.AddOrphan($"local/identity-mom-{n}"));
        await KeepAsync(NamespaceAudit.Row, row => ServiceRows.Ended(row, now, audited.ToJson()));
        await KeepAsync("a_SlowErasure", row => (row["count"], row["last_at"], row["identity"]) = (4L, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), late.Id.ToString()));
        await KeepAsync($"starts_{now:yyyyMMdd}", row => row["count"] = 17L);

        var (exit, output) = await _run.RunAsync("status");

        Assert.Equal(1, exit);
        Assert.Contains("Backlog: 1 due, the oldest for 00:20:", output, StringComparison.Ordinal);
        Assert.Contains("Identities: 3 on the Hub, 2 ready, 1 training.", output, StringComparison.Ordinal);
        Assert.Contains($"Oldest unfinished: {late.Id}, since {late.CreatedAt:u}.", output, StringComparison.Ordinal);
        Assert.Contains("Stuck: 1 long past their time, 1 queued again, 0 unreadable.", output, StringComparison.Ordinal);
        Assert.Contains($"Orphans: 25 of 30 repos, since {now:u}.", output, StringComparison.Ordinal);
        Assert.Contains("  local/identity-mom-19\n  and 5 more", output, StringComparison.Ordinal);
        Assert.Contains($"  SlowErasure: 4, last 2026-03-01 12:00:00Z, identity {late.Id}", output, StringComparison.Ordinal);
        Assert.Contains($"Census: last ended {now:u}.", output, StringComparison.Ordinal);
        Assert.Contains("Training: on, 17 of ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-23, 1)]
    [InlineData(-25, 0)]
    public async Task An_alert_concerns_the_operator_for_a_day(int hours, int exits)
    {
        await KeepAsync("a_HubToken", row => (row["count"], row["last_at"], row["identity"]) = (1L, DateTimeOffset.UtcNow.AddHours(hours), ""));

        var (exit, output) = await _run.RunAsync("status");

        Assert.Equal(exits, exit);
        Assert.Contains("  HubToken: 1, last ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trainings_are_paused_and_resumed_without_a_restart()
    {
        var paused = await _run.RunAsync("pause");
        var row = await _tables.Service.GetAsync("training", Stop);
        var shown = await _run.RunAsync("status");
        var resumed = await _run.RunAsync("resume");

        Assert.Equal((0, 0, 0), (paused.Exit, shown.Exit, resumed.Exit));
        Assert.True(row.GetBoolean("paused"));
        Assert.Contains("Training: paused; run resume, 0 of ", shown.Output, StringComparison.Ordinal);
        Assert.False((await _tables.Service.GetAsync("training", Stop)).GetBoolean("paused"));
    }

    [Fact]
    public async Task With_the_Hub_down_the_tables_still_tell()
    {
        var (exit, output) = await _run.With("Hub__Endpoint", $"http://127.0.0.1:{Ports.Free()}").RunAsync("status");

        Assert.Equal(1, exit);
        Assert.Contains("The Hub: Hub whoami: Unavailable", output, StringComparison.Ordinal);
        Assert.Contains("Backlog: nothing is due.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_tables_down_the_Hub_still_tells()
    {
        var dead = $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=AAAA;TableEndpoint=http://127.0.0.1:{Ports.Free()}/devstoreaccount1;";

        var (exit, output) = await _run.With("Storage__ConnectionString", dead).RunAsync("status");

        Assert.Equal(1, exit);
        Assert.Contains("Hub: repos and jobs in local.", output, StringComparison.Ordinal);
        Assert.Contains("The tables: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private Task KeepAsync(string row, Action<TableEntity> change) => _tables.Service.ChangeAsync(row, change, Stop);

    public ValueTask DisposeAsync()
    {
        _tables.Dispose();
        return ValueTask.CompletedTask;
    }
}
