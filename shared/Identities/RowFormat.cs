using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>
/// Which shape a row has. Rows are replaced whole, so one that a later version wrote is neither read nor written by this one,
/// which would lose what it does not know: it waits until the later version runs again.
/// </summary>
internal static class RowFormat
{
    public const string Column = "row_format";

    /// <summary>
    /// Raised with every column, member of a stored JSON text or word of a stored list that an earlier row lacks and that has
    /// no default. Reading then learns what becomes of rows of the formats before.
    /// </summary>
    public const int Current = 1;

    /// <summary>Rows beside the record do not say it as long as they are of the first one.</summary>
    public static bool IsKnown(TableEntity row) => (row.GetInt32(Column) ?? 1) <= Current;

    /// <exception cref="LaterRowException">A later version wrote it.</exception>
    public static TableEntity Known(TableEntity row) => IsKnown(row) ? row : throw new LaterRowException();
}

/// <summary>A row is left to the later version of this service that wrote it.</summary>
public sealed class LaterRowException() : Exception("A row was written by a later version of this service. It waits for that version; run it again.");
