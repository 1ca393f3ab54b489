using Azure;
using Azure.Data.Tables;
using NSubstitute;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Identities;

public sealed class CensusTests(Tables tables)
{
    private static CancellationToken Stop => OperatorDesk.Stop;

    [Fact]
    public async Task Everything_there_is_is_counted()
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        var old = await desk.KeepAsync(OperatorDesk.New(desk.Now.AddHours(-3), IdentityState.Uploaded));
        await desk.KeepAsync(OperatorDesk.New(desk.Now.AddHours(-1)));
        await desk.KeepAsync(OperatorDesk.New(desk.Now.AddDays(-9), IdentityState.Ready));
        await desk.KeepAsync(OperatorDesk.New(desk.Now.AddDays(-9), IdentityState.Failed) with { RetainUntil = desk.Now.AddDays(1) });
        await desk.KeepAsync(OperatorDesk.New(desk.Now.AddDays(-9), IdentityState.Failed));
        await desk.KeepAsync(OperatorDesk.New(desk.Now.AddDays(-9), IdentityState.Deleting), row => row["ending_since"] = desk.Now.AddHours(-23));
        await desk.Tables.Identities.AddEntityAsync(new TableEntity("u_mira", "k_1") { ["status"] = "training" }, Stop);

        await Daily(desk).StepAsync(Stop);

        var row = await desk.RowAsync(Census.Row);
        var found = CensusTally.Found(row)!;
        Assert.Equal([new("failed", 2), new("ready", 1), new("training", 2)], found.Statuses);
        Assert.Equal((4, 4), (found.Live, row.GetInt64("live")));
        Assert.Equal((old.Id.ToString(), old.CreatedAt), (found.Unfinished, found.UnfinishedSince));
        Assert.Equal((0, 0, 0), (found.SlowErasures, found.Overdue, found.Unreadable));
        Assert.Equal(desk.Now, row.GetDateTimeOffset("ended_at"));
    }

    [Theory]
    [InlineData(IdentityState.Deleting)]
    [InlineData(IdentityState.Compensating)]
    public async Task A_removal_that_takes_more_than_a_day_is_told_with_its_id(IdentityState state)
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        await desk.KeepAsync(OperatorDesk.New(desk.Now.AddDays(-9), state), row => row["ending_since"] = desk.Now.AddHours(-25));
        var slowest = await desk.KeepAsync(OperatorDesk.New(desk.Now.AddDays(-8), state), row => row["ending_since"] = desk.Now.AddHours(-50));

        await Daily(desk).StepAsync(Stop);

        var alert = await desk.RowAsync("a_SlowErasure");
        Assert.Equal((1, slowest.Id.ToString()), (alert.GetInt64("count"), alert.GetString("identity")));
        Assert.Equal(2, CensusTally.Found(await desk.RowAsync(Census.Row))!.SlowErasures);
    }

    [Fact]
    public async Task A_record_whose_work_item_was_lost_gets_one_again()
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        var lost = await desk.KeepAsync(OperatorDesk.New(desk.Now.AddHours(-3)) with { DueAt = desk.Now.AddHours(-2) });
        await desk.KeepAsync(OperatorDesk.New(desk.Now.AddHours(-3)) with { DueAt = desk.Now.AddMinutes(-14) });
        await desk.KeepAsync(OperatorDesk.New(desk.Now.AddHours(-3)) with { DueAt = desk.Now.AddHours(-2), UpdatedAt = desk.Now.AddMinutes(-1) });
        await desk.KeepAsync(OperatorDesk.New(desk.Now.AddHours(-3)) with { DueAt = desk.Now.AddHours(1) });

        await Daily(desk).StepAsync(Stop);

        var item = Assert.Single(await desk.Tables.Index.DueAsync(desk.Now, 10, Stop));
        Assert.Equal((lost.Id, lost.OwnerKey, desk.Now), (item.Identity, item.OwnerKey, item.Due));
        var found = CensusTally.Found(await desk.RowAsync(Census.Row))!;
        Assert.Equal((1, 1), (found.Overdue, found.Requeued));
    }

    [Fact]
    public async Task A_record_that_waits_its_turn_gets_no_second_item()
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        var waits = await desk.KeepAsync(OperatorDesk.New(desk.Now.AddHours(-3)) with { DueAt = desk.Now.AddHours(-2) });
        await desk.Tables.Index.ScheduleAsync(waits, desk.Now.AddMinutes(10), Stop);

        await Daily(desk).StepAsync(Stop);

        var item = Assert.Single(await desk.Tables.Index.DueAsync(desk.Now.AddDays(1), 10, Stop));
        Assert.Equal(desk.Now.AddMinutes(10), item.Due);
        var found = CensusTally.Found(await desk.RowAsync(Census.Row))!;
        Assert.Equal((1, 0), (found.Overdue, found.Requeued));
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_does_not_end_the_census()
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        var broken = await desk.KeepAsync(OperatorDesk.New(desk.Now.AddHours(-3)) with { DueAt = desk.Now.AddHours(-2) }, row => row.Remove("manifest"));
        await desk.KeepAsync(OperatorDesk.New(desk.Now.AddHours(-1)));

        await Daily(desk).StepAsync(Stop);

        var found = CensusTally.Found(await desk.RowAsync(Census.Row))!;
        Assert.Equal((1, 2), (found.Unreadable, found.Live));
        Assert.Equal(broken.Id.ToString(), (await desk.RowAsync("a_PoisonItem")).GetString("identity"));
    }

    [Fact]
    public async Task A_long_census_goes_on_where_it_stopped_even_on_another_host()
    {
        var asked = new List<string?>();
        using var desk = await OperatorDesk.OpenAsync(tables, LongTable(pages: 120, asked));

        await Daily(desk).StepAsync(Stop);
        var halfway = await desk.RowAsync(Census.Row);
        await Daily(desk).StepAsync(Stop);
        await Daily(desk).StepAsync(Stop);

        Assert.Null(CensusTally.Found(halfway));
        Assert.Equal([null, "50", "100"], asked);
        Assert.Equal(120, CensusTally.Found(await desk.RowAsync(Census.Row))!.Live);
    }

    [Fact]
    public async Task It_comes_once_a_day_and_tells_of_the_last_one_meanwhile()
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        await desk.KeepAsync(OperatorDesk.New(desk.Now));
        await Daily(desk).StepAsync(Stop);
        await desk.KeepAsync(OperatorDesk.New(desk.Now));

        desk.Clock.Advance(OperatorDesk.Daily - TimeSpan.FromSeconds(1));
        await Daily(desk).StepAsync(Stop);
        var early = CensusTally.Found(await desk.RowAsync(Census.Row))!.Live;
        desk.Clock.Advance(TimeSpan.FromSeconds(1));
        await Daily(desk).StepAsync(Stop);

        Assert.Equal((1, 2), (early, CensusTally.Found(await desk.RowAsync(Census.Row))!.Live));
    }

    [Fact]
    public async Task Of_many_hosts_one_takes_the_step()
    {
        using var desk = await OperatorDesk.OpenAsync(tables);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TakeAsync(desk)));

        Assert.Single(taken, row => row is not null);
    }

    [Fact]
    public async Task A_host_that_died_is_followed_by_another_and_what_it_still_writes_is_lost()
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        var dead = await TakeAsync(desk);
        var early = await TakeAsync(desk);
        desk.Clock.Advance(TimeSpan.FromMinutes(5));
        var next = await TakeAsync(desk);

        ServiceRows.GoesOn(next!, "further", "{}");
        Assert.True(await desk.Tables.Service.PutAsync(next!, Stop));
        ServiceRows.Ended(dead!, desk.Now, "{}");
        var late = await desk.Tables.Service.PutAsync(dead!, Stop);

        Assert.Null(early);
        Assert.False(late);
        Assert.Equal("further", (await desk.RowAsync(Census.Row)).GetString("cursor"));
    }

    private static Census Daily(OperatorDesk desk) => new(desk.Tables, desk.Alerts, OperatorDesk.Daily);

    private static Task<TableEntity?> TakeAsync(OperatorDesk desk) => desk.Tables.Service.TakeAsync(Census.Row, OperatorDesk.Daily, desk.Now, Stop);

    /// <summary>Every third page is empty, as the service may give them, and the others have rows enough to make up for it.</summary>
    private static TableClient LongTable(int pages, List<string?> asked)
    {
        var table = Substitute.For<TableClient>();
        table.QueryAsync<TableEntity>(Arg.Any<string>(), Arg.Any<int?>(), Arg.Any<IEnumerable<string>>(), Arg.Any<CancellationToken>())
            .Returns(_ => new LongAnswer(pages, asked));
        return table;
    }

    private sealed class LongAnswer(int pages, List<string?> asked) : AsyncPageable<TableEntity>
    {
        public override async IAsyncEnumerable<Page<TableEntity>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            asked.Add(continuationToken);
            for (var n = int.Parse(continuationToken ?? "0"); n < pages; n++)
            {
                var rows = (n % 3) switch { 0 => 0, 1 => 1, _ => 2 };
                yield return Page<TableEntity>.FromValues(
                    [.. Enumerable.Range(0, rows).Select(_ => IdentityRow.Write(OperatorDesk.New(DateTimeOffset.UnixEpoch.AddYears(50)), Guid.NewGuid()))],
                    n + 1 < pages ? $"{n + 1}" : null, Substitute.For<Response>());
            }
            await Task.CompletedTask;
        }
    }
}
