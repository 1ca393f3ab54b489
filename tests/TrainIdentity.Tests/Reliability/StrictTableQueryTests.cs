using Azure;
using Azure.Data.Tables;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Queries: the table in memory answers as Azurite does.</summary>
public sealed class StrictTableQueryTests(Tables tables)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Known = Guid.Parse("0198c0de-0000-7000-8000-000000000001");

    public static TheoryData<string> Both => [StrictTable.Memory, StrictTable.Azurite];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Filters_find_what_they_say(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        foreach (var row in Rows())
        {
            await table.AddEntityAsync(row, Stop);
        }

        foreach (var (filter, expected) in Filters())
        {
            var found = await table.QueryAsync<TableEntity>(filter, cancellationToken: Stop).ToListAsync(Stop);
            Assert.True(expected == string.Join(' ', found.Select(row => row.PartitionKey + row.RowKey)), $"{filter}: {string.Join(' ', found.Select(row => row.PartitionKey + row.RowKey))}");
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_filter_that_is_none_is_bad_input(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;

        foreach (var filter in new[] { "startswith(text,'a')", "text eq", "text is 'a'" })
        {
            var refused = await Assert.ThrowsAsync<RequestFailedException>(async () => await table.QueryAsync<TableEntity>(filter, cancellationToken: Stop).ToListAsync(Stop));
            Assert.Equal(400, refused.Status);
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Pages_hold_a_thousand_rows_and_go_on_where_they_ended(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        for (var i = 0; i < 1005; i += 100)
        {
            await table.SubmitTransactionAsync(
                Enumerable.Range(i, Math.Min(100, 1005 - i)).Select(n => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"r{n:0000}"))), Stop);
        }

        var pages = await table.QueryAsync<TableEntity>(cancellationToken: Stop).AsPages().ToListAsync(Stop);
        var small = await table.QueryAsync<TableEntity>("RowKey lt 'r0007'", 3, cancellationToken: Stop).AsPages().ToListAsync(Stop);
        var resumed = await table.QueryAsync<TableEntity>("RowKey lt 'r0007'", 3, cancellationToken: Stop).AsPages(small[0].ContinuationToken).ToListAsync(Stop);

        Assert.Equal([1000, 5], pages.Select(page => page.Values.Count));
        Assert.Equal([3, 3, 1], small.Select(page => page.Values.Count));
        Assert.Equal(["r0003", "r0004", "r0005", "r0006"], resumed.SelectMany(page => page.Values).Select(row => row.RowKey));
        Assert.Null(small[^1].ContinuationToken);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_is_selected_comes_and_the_ETag(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        var tag = (await table.AddEntityAsync(new TableEntity("p", "r") { ["a"] = 1, ["b"] = 2 }, Stop)).Headers.ETag!.Value;

        var got = (await table.GetEntityIfExistsAsync<TableEntity>("p", "r", ["RowKey"], Stop)).Value!;
        var queried = Assert.Single(await table.QueryAsync<TableEntity>(select: ["a", "missing"], cancellationToken: Stop).ToListAsync(Stop));

        Assert.Equal(("r", null, tag), (got.RowKey, got.PartitionKey, got.ETag));
        Assert.False(got.ContainsKey("a"));
        Assert.Equal((1, tag), (queried.GetInt32("a"), queried.ETag));
        Assert.False(queried.ContainsKey("b"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Rows_that_come_and_go_between_two_pages_are_seen_or_not_by_their_key(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        foreach (var key in new[] { "b", "d", "f", "h" })
        {
            await table.AddEntityAsync(new TableEntity("p", key), Stop);
        }

        List<string> seen = [];
        await foreach (var page in table.QueryAsync<TableEntity>(maxPerPage: 2, cancellationToken: Stop).AsPages())
        {
            seen.AddRange(page.Values.Select(row => row.RowKey));
            if (seen.Count == 2)
            {
                await table.AddEntityAsync(new TableEntity("p", "a"), Stop);
                await table.AddEntityAsync(new TableEntity("p", "g"), Stop);
            }
        }

        Assert.Equal(["b", "d", "f", "g", "h"], seen);
    }

    private static IEnumerable<TableEntity> Rows() =>
    [
        new("p", "i_1") { ["text"] = "o'brien", ["n"] = 1, ["big"] = 1L, ["real"] = 0.5, ["flag"] = true, ["at"] = Noon, ["id"] = Known },
        new("p", "i_2") { ["text"] = "Mira", ["n"] = 2, ["big"] = 5_000_000_000L, ["real"] = 1.5, ["flag"] = false, ["at"] = Noon.AddMilliseconds(1) },
        new("p", "j_1") { ["text"] = "mira", ["n"] = 3 },
        new("p", "t_1"),
        new("q", "i_3") { ["text"] = "é", ["n"] = 4 },
    ];

    private static IEnumerable<(string Filter, string Expected)> Filters() =>
    [
        (TableClient.CreateQueryFilter($"PartitionKey eq {"p"} and RowKey gt {"i_"} and RowKey lt {"j_"}"), "pi_1 pi_2"),
        (TableClient.CreateQueryFilter($"PartitionKey eq {"p"} and RowKey ge {"i_2"} and RowKey le {"j_1"}"), "pi_2 pj_1"),
        (TableClient.CreateQueryFilter($"text eq {"o'brien"}"), "pi_1"),
        (TableClient.CreateQueryFilter($"text ge {"mira"}"), "pi_1 pj_1 qi_3"),
        (TableClient.CreateQueryFilter($"n ge {2} and n lt {4}"), "pi_2 pj_1"),
        (TableClient.CreateQueryFilter($"n ne {2}"), "pi_1 pj_1 qi_3"),
        (TableClient.CreateQueryFilter($"big gt {4_000_000_000L}"), "pi_2"),
        (TableClient.CreateQueryFilter($"real lt {1.25}"), "pi_1"),
        (TableClient.CreateQueryFilter($"flag eq {true}"), "pi_1"),
        (TableClient.CreateQueryFilter($"at le {Noon}"), "pi_1"),
        (TableClient.CreateQueryFilter($"at gt {Noon}"), "pi_2"),
        (TableClient.CreateQueryFilter($"id eq {Known}"), "pi_1"),
        ("PartitionKey eq 'q' or n eq 1", "pi_1 qi_3"),
        ("(PartitionKey eq 'q' or n eq 1) and flag eq true", "pi_1"),
        ("PartitionKey eq 'p' and not (RowKey ge 'j_')", "pi_1 pi_2"),
        ("", "pi_1 pi_2 pj_1 pt_1 qi_3"),
    ];
}
