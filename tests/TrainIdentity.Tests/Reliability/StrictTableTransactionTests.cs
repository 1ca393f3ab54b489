using Azure;
using Azure.Data.Tables;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Entity group transactions: the table in memory answers as Azurite does.</summary>
public sealed class StrictTableTransactionTests(Tables tables)
{
    public static TheoryData<string> Both => [StrictTable.Memory, StrictTable.Azurite];

    public static MatrixTheoryData<string, string> Refusals => new(
        [StrictTable.Memory, StrictTable.Azurite], ["add what exists", "replace what is missing", "replace an old version", "delete what is missing", "delete an old version"]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task All_of_it_is_done_and_every_write_has_its_ETag(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        var (replaced, merged, deleted) = (await AddAsync(table, "a"), await AddAsync(table, "b"), await AddAsync(table, "c"));

        var answer = await table.SubmitTransactionAsync(
        [
            new TableTransactionAction(TableTransactionActionType.UpdateReplace, Row("a", "new"), replaced),
            new TableTransactionAction(TableTransactionActionType.UpdateMerge, new TableEntity("p", "b") { ["more"] = 1 }, merged),
            new TableTransactionAction(TableTransactionActionType.Delete, Row("c", ""), deleted),
            new TableTransactionAction(TableTransactionActionType.Add, Row("d", "added")),
        ], Stop);
        var rows = await AllAsync(table);

        Assert.Equal(["a=new", "b=old", "d=added"], rows.Select(row => $"{row.RowKey}={row.GetString("text")}"));
        Assert.Equal(1, rows[1].GetInt32("more"));
        Assert.Equal(4, answer.Value.Count);
        Assert.All(answer.Value, part => Assert.Equal(204, part.Status));
        Assert.Equal([rows[0].ETag, rows[1].ETag, rows[2].ETag], new[] { 0, 1, 3 }.Select(part => answer.Value[part].Headers.ETag!.Value));
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task None_of_it_is_done_when_one_action_fails(string kind, string failing)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;
        var (replaced, deleted, old) = (await AddAsync(table, "a"), await AddAsync(table, "b"), await AddAsync(table, "c"));
        await table.UpdateEntityAsync(Row("c", "old"), old, TableUpdateMode.Replace, Stop);
        var before = await AllAsync(table);
        var (action, status, code) = failing switch
        {
            "add what exists" => (new TableTransactionAction(TableTransactionActionType.Add, Row("c", "x")), 409, "EntityAlreadyExists"),
            "replace what is missing" => (new TableTransactionAction(TableTransactionActionType.UpdateReplace, Row("z", "x"), old), 404, "ResourceNotFound"),
            "replace an old version" => (new TableTransactionAction(TableTransactionActionType.UpdateReplace, Row("c", "x"), old), 412, "UpdateConditionNotSatisfied"),
            "delete what is missing" => (new TableTransactionAction(TableTransactionActionType.Delete, Row("z", "x"), old), 404, "ResourceNotFound"),
            _ => (new TableTransactionAction(TableTransactionActionType.Delete, Row("c", "x"), old), 412, "UpdateConditionNotSatisfied"),
        };

        var failed = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
        [
            new TableTransactionAction(TableTransactionActionType.UpdateReplace, Row("a", "new"), replaced),
            new TableTransactionAction(TableTransactionActionType.Delete, Row("b", ""), deleted),
            action,
            new TableTransactionAction(TableTransactionActionType.Add, Row("d", "added")),
        ], Stop));
        var after = await AllAsync(table);

        Assert.Equal((status, code, 2), (failed.Status, failed.ErrorCode, failed.FailedTransactionActionIndex));
        Assert.Equal(before.Select(row => (row.RowKey, row.ETag)), after.Select(row => (row.RowKey, row.ETag)));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_hundred_actions_are_taken(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;

        await table.SubmitTransactionAsync(Enumerable.Range(0, 100).Select(i => new TableTransactionAction(TableTransactionActionType.Add, Row($"r{i:000}", "x"))), Stop);

        Assert.Equal(100, (await AllAsync(table)).Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_row_comes_only_once(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables)).Client;

        var refused = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
        [
            new TableTransactionAction(TableTransactionActionType.Add, Row("a", "1")),
            new TableTransactionAction(TableTransactionActionType.Add, Row("a", "2")),
        ], Stop));

        Assert.Equal((400, "InvalidDuplicateRow"), (refused.Status, refused.ErrorCode));
        Assert.Empty(await AllAsync(table));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Nothing_and_a_missing_table_are_refused(string kind)
    {
        var table = (await StrictTable.OpenAsync(kind, tables, create: false)).Client;

        await Assert.ThrowsAsync<InvalidOperationException>(() => table.SubmitTransactionAsync([], Stop));
        var missing = await Assert.ThrowsAnyAsync<RequestFailedException>(
            () => table.SubmitTransactionAsync([new TableTransactionAction(TableTransactionActionType.Add, Row("a", "1"))], Stop));

        Assert.Equal((404, "TableNotFound"), (missing.Status, missing.ErrorCode));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_transaction_whose_answer_was_lost_fails_when_it_is_repeated(string kind)
    {
        var opened = await StrictTable.OpenAsync(kind, tables);
        var tag = await AddAsync(opened.Client, "a");

        opened.LoseNextAnswer();
        var failed = await Assert.ThrowsAsync<TableTransactionFailedException>(() => opened.Client.SubmitTransactionAsync(
        [
            new TableTransactionAction(TableTransactionActionType.UpdateReplace, Row("a", "new"), tag),
            new TableTransactionAction(TableTransactionActionType.Add, Row("b", "added")),
        ], Stop));

        Assert.Equal((412, 0), (failed.Status, failed.FailedTransactionActionIndex));
        Assert.Equal(["a=new", "b=added"], (await AllAsync(opened.Client)).Select(row => $"{row.RowKey}={row.GetString("text")}"));
    }

    private static TableEntity Row(string key, string text) => new("p", key) { ["text"] = text };

    private static async Task<ETag> AddAsync(TableClient table, string key) => (await table.AddEntityAsync(Row(key, "old"), Stop)).Headers.ETag!.Value;

    private static async Task<List<TableEntity>> AllAsync(TableClient table) => await table.QueryAsync<TableEntity>(cancellationToken: Stop).ToListAsync(Stop);
}
