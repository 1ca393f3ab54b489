using Azure;
using Azure.Data.Tables;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>One version of a row. Its values never leave it and nobody else's come in: both ways they are copied.</summary>
internal sealed class MemoryRow
{
    private const string TagName = "odata.etag";
    private const string TimeName = "Timestamp";

    private readonly string _partition;
    private readonly string _row;
    private readonly DateTimeOffset _written;
    private readonly Dictionary<string, object> _values;

    private MemoryRow(string partition, string row, DateTimeOffset written, Dictionary<string, object> values)
    {
        (_partition, _row, _written, _values) = (partition, row, written, values);
        Tag = new ETag($"W/\"datetime'{Uri.EscapeDataString(written.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'"))}'\"");
    }

    public ETag Tag { get; }

    /// <summary>Null values are not stored; what the service sets by itself is not taken from the caller.</summary>
    public static Dictionary<string, object> ValuesOf(ITableEntity entity)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in (TableEntity)entity)
        {
            if (value is not null && name is not (TagName or TimeName or nameof(ITableEntity.PartitionKey) or nameof(ITableEntity.RowKey)))
            {
                values[name] = Copy(value);
            }
        }
        return values;
    }

    public static MemoryRow New(string partition, string row, DateTimeOffset written, Dictionary<string, object> values) => new(partition, row, written, values);

    /// <summary>A merge never removes a property.</summary>
    public Dictionary<string, object> MergedWith(Dictionary<string, object> values)
    {
        var all = new Dictionary<string, object>(_values, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            all[name] = value;
        }
        return all;
    }

    /// <returns>Null when the row has no such property.</returns>
    public object? this[string name] => name switch
    {
        nameof(ITableEntity.PartitionKey) => _partition,
        nameof(ITableEntity.RowKey) => _row,
        TimeName => _written,
        _ => _values.GetValueOrDefault(name),
    };

    /// <param name="select">Only these properties; null for all. The ETag comes in any case.</param>
    public TableEntity Copy(IReadOnlyCollection<string>? select = null)
    {
        var entity = new TableEntity { [TagName] = Tag.ToString("G") };
        foreach (var name in select ?? [nameof(ITableEntity.PartitionKey), nameof(ITableEntity.RowKey), TimeName, .. _values.Keys])
        {
            if (this[name] is { } value)
            {
                entity[name] = Copy(value);
            }
        }
        return entity;
    }

    private static object Copy(object value) => value switch
    {
        string or bool or int or long or double or Guid => value,
        DateTimeOffset date => date.ToUniversalTime(),
        DateTime date => new DateTimeOffset(date.ToUniversalTime()),
        byte[] bytes => bytes.ToArray(),
        BinaryData data => data.ToArray(),
        _ => throw new NotSupportedException($"A table has no type for {value.GetType()}."),
    };
}
