using Azure;
using Azure.Data.Tables;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>The rows of one table. Whoever calls holds the lock of the account.</summary>
internal sealed class MemoryTable(Func<DateTimeOffset> nextWrite, Action<MemoryRow?, MemoryRow?> changed)
{
    /// <summary>Above every key there may be.</summary>
    private const string Last = "\uffff";

    private readonly Dictionary<(string Partition, string Row), MemoryRow> _rows = [];
    private readonly SortedSet<(string Partition, string Row)> _keys = new(Comparer<(string Partition, string Row)>.Create(InKeyOrder));

    public MemoryRow? Find(string partition, string row) => _rows.GetValueOrDefault((partition, row));

    public IReadOnlyList<TableEntity> All() => [.. _keys.Select(key => _rows[key].Copy())];

    /// <summary>In key order, beginning with the given key.</summary>
    /// <param name="partition">The only partition to look at; null for all.</param>
    public IEnumerable<(string Partition, string Row, MemoryRow Found)> From(string? partition, string? fromPartition, string? fromRow)
    {
        var first = (fromPartition ?? partition ?? "", fromRow ?? "");
        var last = (partition ?? Last, Last);
        return InKeyOrder(first, last) > 0 ? [] : _keys.GetViewBetween(first, last).Select(key => (key.Partition, key.Row, _rows[key]));
    }

    /// <returns>The row's new ETag; null after a removal.</returns>
    public ETag? Apply(TableTransactionAction action) => Put(Decide(action));

    /// <summary>All or nothing: no row comes twice, so every action is decided on the rows as they are, and then all are put.</summary>
    public IReadOnlyList<ETag?> Apply(IReadOnlyList<TableTransactionAction> actions)
    {
        MemoryTransaction.Require(actions);
        List<Decision> decided = [];
        for (var i = 0; i < actions.Count; i++)
        {
            try
            {
                decided.Add(Decide(actions[i]));
            }
            catch (RequestFailedException e)
            {
                throw TableFault.Of(e.Status, e.ErrorCode!, i);
            }
        }
        return [.. decided.Select(Put)];
    }

    private Decision Decide(TableTransactionAction action)
    {
        var entity = action.Entity;
        MemoryRules.RequireKeys(entity.PartitionKey, entity.RowKey);
        var now = Find(entity.PartitionKey, entity.RowKey);
        if (action.ActionType is TableTransactionActionType.Add)
        {
            var added = Checked(entity, MemoryRow.ValuesOf(entity));
            return now is null ? added : throw TableFault.Of(409, "EntityAlreadyExists");
        }

        MemoryRules.RequireVersion(action.ETag);
        var values = action.ActionType switch
        {
            TableTransactionActionType.Delete => null,
            TableTransactionActionType.UpdateReplace or TableTransactionActionType.UpdateMerge => MemoryRow.ValuesOf(entity),
            _ => throw new InvalidOperationException("A row was to be written whether it exists or not."),
        };
        if (values is not null)
        {
            Checked(entity, values);
        }
        if (now is null)
        {
            throw TableFault.Of(404, "ResourceNotFound");
        }
        if (now.Tag != action.ETag)
        {
            throw TableFault.Of(412, "UpdateConditionNotSatisfied");
        }
        return values is null
            ? new Decision(entity.PartitionKey, entity.RowKey, null)
            : Checked(entity, action.ActionType is TableTransactionActionType.UpdateMerge ? now.MergedWith(values) : values);
    }

    private static Decision Checked(ITableEntity entity, Dictionary<string, object> values)
    {
        MemoryRules.RequireRow(entity.PartitionKey, entity.RowKey, values);
        return new Decision(entity.PartitionKey, entity.RowKey, values);
    }

    private ETag? Put(Decision decision)
    {
        var before = Find(decision.Partition, decision.Row);
        MemoryRow? after = null;
        var key = (decision.Partition, decision.Row);
        if (decision.Values is { } values)
        {
            after = MemoryRow.New(decision.Partition, decision.Row, nextWrite(), values);
            _rows[key] = after;
            _keys.Add(key);
        }
        else
        {
            _rows.Remove(key);
            _keys.Remove(key);
        }
        changed(before, after);
        return after?.Tag;
    }

    private static int InKeyOrder((string Partition, string Row) a, (string Partition, string Row) b) =>
        string.CompareOrdinal(a.Partition, b.Partition) is not 0 and var order ? order : string.CompareOrdinal(a.Row, b.Row);

    /// <param name="Values">Null for a removal.</param>
    private sealed record Decision(string Partition, string Row, Dictionary<string, object>? Values);
}
