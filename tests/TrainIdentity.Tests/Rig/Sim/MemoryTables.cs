using Azure.Data.Tables;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>
/// A table account in memory, as strict as the service and not as lenient as Azurite. All its clients see the same rows;
/// each has a gate of its own, so that a test decides whose call comes next and what becomes of it.
/// </summary>
internal sealed class MemoryTables(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MemoryTable> _tables = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset _lastWrite;

    /// <summary>Of a page when the caller wants more; the service may give fewer rows than it was asked for.</summary>
    public int RowsAPage { get; set; } = 1000;

    /// <summary>Every query starts with a page without rows, as the service may answer at the border of two servers.</summary>
    public bool EmptyFirstPages { get; set; }

    /// <summary>Sees every change, in order, under the lock: it must not call back.</summary>
    public Action<RowChange>? Changed { get; set; }

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <param name="observer">The clock of the host that the client belongs to; told the date of every answer.</param>
    public TableClient Client(string table, TableGate? gate = null, StorageClock? observer = null) => new MemoryTableClient(this, table, gate, observer);

    /// <summary>Creates a table without any gate.</summary>
    public MemoryTables With(params ReadOnlySpan<string> tables)
    {
        foreach (var table in tables)
        {
            Create(table);
        }
        return this;
    }

    /// <summary>Copies of all rows, in key order; none when there is no such table. Passes no gate.</summary>
    public IReadOnlyList<TableEntity> Rows(string table)
    {
        lock (_lock)
        {
            return _tables.TryGetValue(table, out var found) ? found.All() : [];
        }
    }

    /// <summary>The earliest time in that column of the rows whose key begins so; null when there is none. Copies nothing and passes no gate.</summary>
    public DateTimeOffset? Min(string table, string rowPrefix, string column)
    {
        lock (_lock)
        {
            return _tables.GetValueOrDefault(table)?.From(null, null, null)
                .Where(found => found.Row.StartsWith(rowPrefix, StringComparison.Ordinal))
                .Min(found => (DateTimeOffset?)found.Found[column]);
        }
    }

    internal void Create(string table)
    {
        if (!MemoryRules.IsTableName(table))
        {
            throw TableFault.Of(400, "InvalidResourceName");
        }
        lock (_lock)
        {
            _tables.TryAdd(table, new MemoryTable(NextWrite, (before, after) => Changed?.Invoke(new RowChange(table, before?.Copy(), after?.Copy()))));
        }
    }

    internal bool Has(string table)
    {
        lock (_lock)
        {
            return _tables.ContainsKey(table);
        }
    }

    internal T Do<T>(string table, Func<MemoryTable, T> what)
    {
        lock (_lock)
        {
            return what(_tables.GetValueOrDefault(table) ?? throw TableFault.Of(404, "TableNotFound"));
        }
    }

    /// <summary>No two writes have the same time, so no two versions of a row the same ETag.</summary>
    private DateTimeOffset NextWrite()
    {
        var now = Now.ToUniversalTime();
        _lastWrite = now > _lastWrite ? now : _lastWrite.AddTicks(1);
        return _lastWrite;
    }
}
