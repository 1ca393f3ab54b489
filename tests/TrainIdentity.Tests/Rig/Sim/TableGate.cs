namespace TrainIdentity.Tests.Rig.Sim;

/// <param name="Operation">Create, Add, Get, Query, Update, Delete or Transaction.</param>
/// <param name="Partition">Null where the call names none.</param>
/// <param name="Try">1, and one more each time the client repeats the call.</param>
internal sealed record TableCall(string Table, string Operation, string? Partition, IReadOnlyList<string> Rows, int Try = 1)
{
    public override string ToString() => $"{Operation} {Table}/{Partition}/{string.Join('+', Rows)}{(Try > 1 ? $" try {Try}" : "")}";
}

/// <summary>Where a call stands when its gate is asked.</summary>
internal enum TableMoment
{
    /// <summary>Nothing has happened yet.</summary>
    Before,

    /// <summary>The table has done it, or refused it; the caller knows nothing yet.</summary>
    After,
}

/// <summary>
/// Passed by every call twice. It may wait, and it may throw. An <see cref="IOException"/>, and after the call also a
/// <see cref="Azure.RequestFailedException"/>, loses the exchange: the client repeats the call as the real one does.
/// Before the call a <see cref="Azure.RequestFailedException"/> is the last word of a client that has repeated enough.
/// Anything else, such as the end of the host, goes straight to the caller.
/// </summary>
internal delegate ValueTask TableGate(TableCall call, TableMoment moment, CancellationToken stop);

/// <summary>One row written or removed, told while the table stands still.</summary>
/// <param name="Before">Null for an insert.</param>
/// <param name="After">Null for a removal.</param>
internal sealed record RowChange(string Table, Azure.Data.Tables.TableEntity? Before, Azure.Data.Tables.TableEntity? After);
