using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using NSubstitute;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Hub;
using TrainIdentity.Tests.HubEmulator;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Identities;

/// <summary>What every round tells the operator.</summary>
public sealed class OperatorUpkeepTests(Tables tables)
{
    private static CancellationToken Stop => OperatorDesk.Stop;

    [Fact]
    public async Task The_log_tells_an_alert_once_an_hour_and_the_row_counts_them_all()
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        var (mine, other) = (IdentityId.New(desk.Now), IdentityId.New(desk.Now));
        foreach (var identity in new IdentityId?[] { mine, mine, other, null, null })
        {
            await desk.Alerts.RaiseAsync(AlertKind.PublicRepo, identity, Stop);
        }
        desk.Clock.Advance(TimeSpan.FromMinutes(59));
        await desk.Alerts.RaiseAsync(AlertKind.PublicRepo, mine, Stop);
        Assert.Equal(3, desk.Lines.Count(line => line.Level is LogLevel.Error));

        desk.Clock.Advance(TimeSpan.FromMinutes(1));
        await desk.Alerts.RaiseAsync(AlertKind.PublicRepo, mine, Stop);
        await desk.Alerts.RaiseAsync(AlertKind.Orphan, mine, Stop);

        Assert.Equal(5, desk.Lines.Count(line => line.Level is LogLevel.Error));
        var row = await desk.RowAsync("a_PublicRepo");
        Assert.Equal((7, desk.Now, mine.ToString()), (row.GetInt64("count"), row.GetDateTimeOffset("last_at"), row.GetString("identity")));
    }

    [Fact]
    public async Task Work_that_is_due_for_long_is_measured_and_told()
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        await using var hub = await HubDesk.OpenAsync();
        await desk.Tables.Index.ScheduleAsync(OperatorDesk.New(desk.Now), desk.Now.AddMinutes(-15), Stop);
        await desk.Tables.Index.ScheduleAsync(OperatorDesk.New(desk.Now), desk.Now.AddMinutes(-1), Stop);

        await RoundAsync(desk, hub);
        var (onTime, measured) = (await desk.RaisedAsync(AlertKind.Backlog), OperatorTelemetryTests.Observed(desk.Telemetry));
        desk.Clock.Advance(TimeSpan.FromSeconds(1));
        await RoundAsync(desk, hub);
        await RoundAsync(desk, hub);

        Assert.Equal((0, 2), (onTime, await desk.RaisedAsync(AlertKind.Backlog)));
        Assert.Equal((2.0, 900.0), (measured["trainidentity.backlog.items"], measured["trainidentity.backlog.age"]));
        Assert.Single(desk.Lines, line => line.Level is LogLevel.Error);
    }

    [Theory]
    [InlineData(30, 0)]
    [InlineData(31, 1)]
    [InlineData(-31, 1)]
    public async Task A_clock_that_differs_from_that_of_the_tables_is_told(int seconds, long alerts)
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        await using var hub = await HubDesk.OpenAsync();
        desk.Tables.Clock.Observe(desk.Now.AddSeconds(seconds));

        await RoundAsync(desk, hub);

        Assert.Equal(alerts, await desk.RaisedAsync(AlertKind.ClockDrift));
    }

    [Fact]
    public async Task Every_host_shows_what_one_has_counted()
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        await using var hub = await HubDesk.OpenAsync();
        using var user = new HubUser(hub.Hub);
        await user.CreateAsync("identity-mom-1");
        await desk.KeepAsync(OperatorDesk.New(desk.Now.AddMinutes(-10)));
        await RoundAsync(desk, hub);

        using var elsewhere = new Telemetry();
        desk.Clock.Advance(TimeSpan.FromMinutes(1));
        await RoundAsync(desk, hub, elsewhere);

        var seen = OperatorTelemetryTests.Observed(elsewhere);
        Assert.Equal((1.0, 660.0, 1.0, 0.0), (seen["trainidentity.identities"], seen["trainidentity.unfinished.age"], seen["trainidentity.orphans"], seen["trainidentity.erasures.slow"]));
    }

    [Fact]
    public async Task A_census_that_fails_stops_neither_the_audit_nor_the_next_census()
    {
        var records = Substitute.For<TableClient>();
        records.QueryAsync<TableEntity>(Arg.Any<string>(), Arg.Any<int?>(), Arg.Any<IEnumerable<string>>(), Arg.Any<CancellationToken>())
            .Returns(_ => throw new RequestFailedException(503, "busy"), _ => AsyncPageable<TableEntity>.FromPages([Page<TableEntity>.FromValues([], null, Substitute.For<Response>())]));
        using var desk = await OperatorDesk.OpenAsync(tables, records);
        await using var hub = await HubDesk.OpenAsync();

        await RoundAsync(desk, hub);
        var (census, audit) = (await desk.RowAsync(Census.Row), await desk.RowAsync(NamespaceAudit.Row));
        desk.Clock.Advance(TimeSpan.FromMinutes(5));
        await RoundAsync(desk, hub);

        Assert.Null(CensusTally.Found(census));
        Assert.NotNull(AuditTally.Found(audit));
        Assert.NotNull(CensusTally.Found(await desk.RowAsync(Census.Row)));
        Assert.Contains(desk.Lines, line => line is (LogLevel.Warning, "The part census of the upkeep failed; it comes again."));
    }

    private static async Task RoundAsync(OperatorDesk desk, HubDesk hub, Telemetry? telemetry = null)
    {
        var census = new Census(desk.Tables, desk.Alerts, OperatorDesk.Daily);
        var audit = new NamespaceAudit(desk.Tables, hub.Client, desk.Alerts, OperatorDesk.Daily);
        var upkeep = new Upkeep(desk.Tables, Usual.Preflight(desk.Clock), new TrainingOptions(), census, audit, desk.Alerts, telemetry ?? desk.Telemetry, desk);
        await upkeep.RunAsync(await desk.Tables.Index.DueAsync(desk.Now, 25, Stop), Stop);
    }
}
