using Azure;
using Azure.Data.Tables;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Reliability;

/// <summary>One row at a time: the table in memory answers as Azurite does.</summary>
public sealed class StrictTableRowTests(Tables tables)
{
    public static TheoryData<string> Both => [StrictTable.Memory, StrictTable.Azurite];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Every_type_comes_back_as_it_was_written(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        var written = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(2)).AddTicks(1234567);
        var values = new Dictionary<string, object?>
        {
            ["text"] = "Mira 'quoted' é",
            ["empty"] = "",
            ["flag"] = true,
            ["small"] = -3,
            ["large"] = 9007199254740993L,
            ["real"] = 2.0,
            ["id"] = Guid.Parse("0198c0de-0000-7000-8000-000000000001"),
            ["at"] = written,
            ["data"] = new byte[] { 1, 2, 3 },
            ["nothing"] = null,
        };

        var answer = await table.AddEntityAsync(new TableEntity(values!) { PartitionKey = "p", RowKey = "r" }, Stop);
        var read = await ReadAsync(table, "r");

        Assert.Equal(("p", "r", 13), (read.PartitionKey, read.RowKey, read.Count));
        Assert.Equal(("Mira 'quoted' é", "", true, -3), (read["text"], read["empty"], read["flag"], read["small"]));
        Assert.Equal((9007199254740993L, 2.0, values["id"]), (read["large"], read["real"], read["id"]));
        Assert.Equal((written, TimeSpan.Zero), (read.GetDateTimeOffset("at")!.Value, read.GetDateTimeOffset("at")!.Value.Offset));
        Assert.Equal(new byte[] { 1, 2, 3 }, read.GetBinary("data"));
        Assert.False(read.ContainsKey("nothing"));
        Assert.StartsWith("W/\"datetime'", read.ETag.ToString("G"), StringComparison.Ordinal);
        Assert.Equal(read.ETag, answer.Headers.ETag);
        Assert.NotNull(answer.Headers.Date);
        Assert.NotNull(read.Timestamp);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_row_is_inserted_once(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        await table.AddEntityAsync(Row("r", "first"), Stop);

        var again = await Refused(() => table.AddEntityAsync(Row("r", "second"), Stop));
        await table.AddEntityAsync(Row("R", "other case"), Stop);

        Assert.Equal((409, "EntityAlreadyExists"), (again.Status, again.ErrorCode));
        Assert.Equal("first", (await ReadAsync(table, "r")).GetString("text"));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_is_not_there_cannot_be_read_updated_or_deleted(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        var tag = (await table.AddEntityAsync(Row("r", "x"), Stop)).Headers.ETag!.Value;

        var read = await table.GetEntityIfExistsAsync<TableEntity>("p", "missing", cancellationToken: Stop);
        var update = await Refused(() => table.UpdateEntityAsync(Row("missing", "x"), tag, TableUpdateMode.Replace, Stop));
        var deleted = await table.DeleteEntityAsync("p", "missing", tag, Stop);

        Assert.False(read.HasValue);
        Assert.Equal((404, "ResourceNotFound"), (update.Status, update.ErrorCode));
        Assert.Equal(404, deleted.Status);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_version_that_has_passed_changes_nothing(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        var old = (await table.AddEntityAsync(Row("r", "first"), Stop)).Headers.ETag!.Value;
        var now = (await table.UpdateEntityAsync(Row("r", "first"), old, TableUpdateMode.Replace, Stop)).Headers.ETag!.Value;

        RequestFailedException[] refused =
        [
            await Refused(() => table.UpdateEntityAsync(Row("r", "x"), old, TableUpdateMode.Replace, Stop)),
            await Refused(() => table.UpdateEntityAsync(Row("r", "x"), old, TableUpdateMode.Merge, Stop)),
            await Refused(() => table.DeleteEntityAsync("p", "r", old, Stop)),
        ];
        var read = await ReadAsync(table, "r");

        Assert.NotEqual(old, now);
        Assert.All(refused, e => Assert.Equal((412, "UpdateConditionNotSatisfied"), (e.Status, e.ErrorCode)));
        Assert.Equal(("first", now), (read.GetString("text"), read.ETag));
        Assert.Equal(204, (await table.DeleteEntityAsync("p", "r", now, Stop)).Status);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Replacing_drops_what_is_left_out_and_merging_keeps_it(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        var row = Row("r", "first");
        row["kept"] = 1;
        var added = (await table.AddEntityAsync(row, Stop)).Headers.ETag!.Value;

        var merged = (await table.UpdateEntityAsync(Row("r", "second"), added, TableUpdateMode.Merge, Stop)).Headers.ETag!.Value;
        var afterMerge = await ReadAsync(table, "r");
        await table.UpdateEntityAsync(Row("r", "third"), merged, TableUpdateMode.Replace, Stop);
        var afterReplace = await ReadAsync(table, "r");

        Assert.Equal(("second", 1), (afterMerge.GetString("text"), afterMerge.GetInt32("kept")));
        Assert.Equal(("third", false), (afterReplace.GetString("text"), afterReplace.ContainsKey("kept")));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_strong_ETag_is_bad_input(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        await table.AddEntityAsync(Row("r", "x"), Stop);

        var refused = await Refused(() => table.UpdateEntityAsync(Row("r", "y"), new ETag("\"abc\""), TableUpdateMode.Replace, Stop));

        Assert.Equal((400, "InvalidInput"), (refused.Status, refused.ErrorCode));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Keys_have_a_length_and_characters_they_may_not_have(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;

        foreach (var key in new[] { "a/b", "a\\b", "a#b", "a?b", "a\u0001b", "a\u007fb", "a\u0090b", new string('k', 513) })
        {
            Assert.Equal(400, (await Refused(() => table.AddEntityAsync(Row(key, "x"), Stop))).Status);
        }
        foreach (var key in new[] { "", "o'brien", "a b+c:d~é", new string('k', 512) })
        {
            await table.AddEntityAsync(Row(key, "x"), Stop);
            Assert.Equal(key, (await ReadAsync(table, key)).RowKey);
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_text_has_at_most_32768_units(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;

        await table.AddEntityAsync(Row("fits", new string('x', 32_768)), Stop);
        var refused = await Refused(() => table.AddEntityAsync(Row("long", new string('x', 32_769)), Stop));

        Assert.Equal((400, "PropertyValueTooLarge"), (refused.Status, refused.ErrorCode));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_table_that_was_never_made_holds_nothing(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables, create: false)).Client;

        var added = await Refused(() => table.AddEntityAsync(Row("r", "x"), Stop));
        var read = await table.GetEntityIfExistsAsync<TableEntity>("p", "r", cancellationToken: Stop);
        await table.CreateIfNotExistsAsync(Stop);
        await table.CreateIfNotExistsAsync(Stop);
        await table.AddEntityAsync(Row("r", "x"), Stop);

        Assert.Equal((404, "TableNotFound"), (added.Status, added.ErrorCode));
        Assert.False(read.HasValue);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task The_client_repeats_a_write_whose_answer_was_lost(string kind)
    {
        var opened = await StrictTable.OpenAsync(kind, tables);
        var table = opened.Client;

        opened.LoseNextAnswer();
        var added = await Refused(() => table.AddEntityAsync(Row("r", "first"), Stop));
        var first = await ReadAsync(table, "r");
        opened.LoseNextAnswer();
        var updated = await Refused(() => table.UpdateEntityAsync(Row("r", "second"), first.ETag, TableUpdateMode.Replace, Stop));
        var second = await ReadAsync(table, "r");
        opened.LoseNextAnswer();
        var deleted = await table.DeleteEntityAsync("p", "r", second.ETag, Stop);

        Assert.Equal((409, "first"), (added.Status, first.GetString("text")));
        Assert.Equal((412, "second"), (updated.Status, second.GetString("text")));
        Assert.Equal(404, deleted.Status);
        Assert.False((await table.GetEntityIfExistsAsync<TableEntity>("p", "r", cancellationToken: Stop)).HasValue);
    }

    private static TableEntity Row(string key, string text) => new("p", key) { ["text"] = text };

    private static async Task<TableEntity> ReadAsync(TableClient table, string key) =>
        (await table.GetEntityIfExistsAsync<TableEntity>("p", key, cancellationToken: Stop)).Value!;

    private static Task<RequestFailedException> Refused(Func<Task> call) => Assert.ThrowsAsync<RequestFailedException>(call);
}
