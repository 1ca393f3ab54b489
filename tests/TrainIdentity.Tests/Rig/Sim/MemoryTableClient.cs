using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>One host's way to a table: through its gate, with the repeats of the real client.</summary>
internal sealed class MemoryTableClient(MemoryTables account, string table, TableGate? gate, StorageClock? observer) : TableClientRefusing
{
    private const int Tries = 4;

    public override string Name => table;

    public override async Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default)
    {
        var response = await CallAsync(new TableCall(table, "Create", null, []), () =>
        {
            account.Create(table);
            return Answer(204);
        }, cancellationToken);
        return Response.FromValue(new TableItem(table), response);
    }

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default) =>
        ApplyAsync("Add", new TableTransactionAction(TableTransactionActionType.Add, entity), cancellationToken);

    public override Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
    {
        var type = mode is TableUpdateMode.Replace ? TableTransactionActionType.UpdateReplace : TableTransactionActionType.UpdateMerge;
        return ApplyAsync("Update", new TableTransactionAction(type, entity, ifMatch), cancellationToken);
    }

    /// <summary>A row that is not there is an answer, not an exception.</summary>
    public override async Task<Response> DeleteEntityAsync(string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        try
        {
            var action = new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(partitionKey, rowKey), ifMatch);
            return await ApplyAsync("Delete", action, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404)
        {
            return Answer(404);
        }
    }

    public override async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        var actions = transactionActions.ToList();
        if (actions.Count == 0)
        {
            throw new InvalidOperationException("A transaction needs an action.");
        }

        var call = new TableCall(table, "Transaction", actions[0].Entity.PartitionKey, [.. actions.Select(action => action.Entity.RowKey)]);
        var tags = await CallAsync(call, () => account.Do(table, rows => rows.Apply(actions)), cancellationToken);
        return Response.FromValue<IReadOnlyList<Response>>([.. tags.Select(tag => Answer(204, tag))], Answer(202));
    }

    /// <summary>A table that is not there gives no row either.</summary>
    public override async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
    {
        MemoryRules.RequireKeys(partitionKey, rowKey);
        var call = new TableCall(table, "Get", partitionKey, [rowKey]);
        var found = await CallAsync(call, () => account.Has(table) ? account.Do(table, rows => rows.Find(partitionKey, rowKey)) : null, cancellationToken);
        return found is null
            ? new NoRow<T>(Answer(404))
            : Response.FromValue(As<T>(found.Copy(select?.ToList())), Answer(200, found.Tag));
    }

    public override AsyncPageable<T> QueryAsync<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        new MemoryQuery<T>(account, this, MemoryFilter.Parse(filter ?? ""), maxPerPage, select?.ToList(), cancellationToken);

    internal static T As<T>(TableEntity row) => row is T wanted ? wanted : throw new NotSupportedException("Rows are read as TableEntity only.");

    internal Response Answer(int status, ETag? tag = null) => new MemoryResponse(status, account.Now, tag);

    /// <summary>Through the gate, to the table, through the gate again, and once more when the exchange was lost.</summary>
    internal async Task<T> CallAsync<T>(TableCall call, Func<T> what, CancellationToken stop)
    {
        List<Exception> lost = [];
        while (lost.Count < Tries)
        {
            try
            {
                return await TryAsync(call with { Try = lost.Count + 1 }, what, stop);
            }
            catch (IOException e)
            {
                lost.Add(e);
            }
        }
        throw new AggregateException($"The call failed after {Tries} tries.", lost);
    }

    private async Task<T> TryAsync<T>(TableCall call, Func<T> what, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (gate is not null)
        {
            await gate(call, TableMoment.Before, stop);
        }

        var (result, refused) = Outcome(what);
        if (gate is not null)
        {
            try
            {
                await gate(call, TableMoment.After, stop);
            }
            catch (RequestFailedException e)
            {
                throw new IOException("The answer was lost.", e);
            }
        }

        observer?.Observe(Answer(200).Headers.Date!.Value);
        return refused is null ? result! : throw refused;
    }

    private static (T? Result, RequestFailedException? Refused) Outcome<T>(Func<T> what)
    {
        try
        {
            return (what(), null);
        }
        catch (RequestFailedException e)
        {
            return (default, e);
        }
    }

    private Task<Response> ApplyAsync(string operation, TableTransactionAction action, CancellationToken stop)
    {
        var call = new TableCall(table, operation, action.Entity.PartitionKey, [action.Entity.RowKey]);
        return CallAsync(call, () => Answer(204, account.Do(table, rows => rows.Apply(action))), stop);
    }
}
