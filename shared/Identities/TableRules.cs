using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>
/// What the Table service refuses and Azurite lets pass. Checked before sending, so that what works locally works in
/// Azure ("Understanding the Table service data model").
/// </summary>
internal static class TableRules
{
    private const int MaxProperties = 252;
    private const int MaxTextChars = 32_768;
    private const int MaxRowBytes = 1 << 20;
    private const int MaxActions = 100;
    private static readonly DateTimeOffset FirstDate = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TableEntity Checked(TableEntity row)
    {
        var bytes = 0;
        foreach (var (name, value) in row)
        {
            Require(name.Length <= 255, "a property name");
            bytes += 8 + (2 * name.Length) + value switch
            {
                string text => text.Length <= MaxTextChars ? 2 * text.Length : throw Broken("the length of a text"),
                DateTimeOffset date => date >= FirstDate ? 8 : throw Broken("a date"),
                _ => 16,
            };
        }
        Require(row.Count <= MaxProperties + 3, "the number of properties");
        Require(bytes <= MaxRowBytes, "the size of a row");
        return row;
    }

    public static IReadOnlyList<TableTransactionAction> Checked(IReadOnlyList<TableTransactionAction> actions)
    {
        Require(actions.Count is > 0 and <= MaxActions, "the size of a transaction");
        Require(actions.Select(action => action.Entity.PartitionKey).Distinct().Count() == 1, "a transaction across partitions");
        Require(actions.DistinctBy(action => action.Entity.RowKey).Count() == actions.Count, "a row twice in a transaction");
        foreach (var action in actions)
        {
            Checked((TableEntity)action.Entity);
        }
        return actions;
    }

    /// <summary>Keys hold none of <c>/ \ # ?</c> and no control character.</summary>
    public static string Key(string key)
    {
        Require(key.Length <= 512 && !key.Any(c => c is '/' or '\\' or '#' or '?' || char.IsControl(c)), "a key");
        return key;
    }

    private static void Require(bool kept, string what)
    {
        if (!kept)
        {
            throw Broken(what);
        }
    }

    private static InvalidOperationException Broken(string what) => new($"The table service would refuse {what}.");
}
