using Azure.Data.Tables;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>The rules of an entity group transaction as a whole.</summary>
internal static class MemoryTransaction
{
    private const int MaxActions = 100;
    private const int MaxBytes = 4 << 20;

    public static void Require(IReadOnlyList<TableTransactionAction> actions)
    {
        if (actions.Count > MaxActions)
        {
            throw TableFault.Of(400, "InvalidInput", MaxActions);
        }

        var first = actions[0].Entity.PartitionKey;
        var seen = new HashSet<string?>(StringComparer.Ordinal);
        var bytes = 0;
        for (var i = 0; i < actions.Count; i++)
        {
            var entity = actions[i].Entity;
            if (entity.PartitionKey != first)
            {
                throw TableFault.Of(400, "CommandsInBatchActOnDifferentPartitions", i);
            }
            if (!seen.Add(entity.RowKey))
            {
                throw TableFault.Of(400, "InvalidDuplicateRow", i);
            }
            bytes += SizeOf(entity);
        }
        if (bytes > MaxBytes)
        {
            throw TableFault.Of(413, "RequestBodyTooLarge", 0);
        }
    }

    private static int SizeOf(ITableEntity entity) =>
        entity is TableEntity row ? row.Sum(property => 2 * property.Key.Length + (property.Value is string text ? 2 * text.Length : property.Value is byte[] data ? data.Length : 8)) : 0;
}
