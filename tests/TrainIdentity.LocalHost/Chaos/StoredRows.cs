using System.Text.Json.Nodes;
using Azure.Data.Tables;

namespace TrainIdentity.LocalHost;

/// <param name="Oids">Of its photos.</param>
/// <param name="Weights">As the record keeps them; null until they were verified.</param>
internal sealed record StoredIdentity(
    string Id, string Name, string State, string? ErrorCode, string Repo, bool Retained, IReadOnlyList<string> Oids, JsonObject? Weights)
{
    /// <summary>Nothing will happen to it by itself any more.</summary>
    public bool AtRest => State is "Ready" || (State is "Failed" && !Retained);
}

/// <param name="Repo">Null where no repo is.</param>
/// <param name="OfRecord">Whether it asks to look at a record, and not for what is done long after.</param>
internal sealed record StoredItem(string Id, string? Repo, bool OfRecord, DateTimeOffset Due);

/// <summary>The tables as they are, read past the service.</summary>
/// <param name="Claims">Identity by repo.</param>
/// <param name="Items">What is queued.</param>
/// <param name="Keys">Identity of every idempotency key.</param>
/// <param name="ActiveSlots">By owner, what the quota row says is under way.</param>
internal sealed record StoredRows(
    IReadOnlyList<StoredIdentity> Identities,
    IReadOnlyDictionary<string, string> Claims,
    IReadOnlyList<StoredItem> Items,
    IReadOnlyList<string> Keys,
    IReadOnlyDictionary<string, int> ActiveSlots)
{
    private const string IdentitiesTable = "TrainedIdentities";
    private const string IndexTable = "TrainedIdentityIndex";

    // What has come to its end is looked at now and then for good, so something is always due.
    private static readonly TimeSpan SeenToWithin = TimeSpan.FromSeconds(15);

    /// <summary>Queued for a record that is not, or no longer, there under that repo, or due for long and not seen to.</summary>
    public IEnumerable<StoredItem> Restless(DateTimeOffset now) =>
        Items.Where(item => item.OfRecord && (item.Due < now - SeenToWithin || Find(item.Id)?.Repo != item.Repo));

    public StoredIdentity? Find(string id) => Identities.FirstOrDefault(identity => identity.Id == id);

    public static async Task<StoredRows> ReadAsync(string connectionString, CancellationToken stop)
    {
        var owners = await ReadAsync(connectionString, IdentitiesTable, stop);
        var index = await ReadAsync(connectionString, IndexTable, stop);
        return new(
            [.. Rows(owners, "i_").Select(Identity)],
            Rows(index, "c_").ToDictionary(row => row.GetString("model_id"), row => Id(row.GetString("identity"))),
            [.. Rows(index, "t_").Select(Item)],
            [.. Rows(owners, "k_").Select(row => Id(row.GetString("identity")))],
            owners.Where(row => row.RowKey is "q").ToDictionary(row => row.PartitionKey, row => row.GetInt32("active") ?? 0));
    }

    private static async Task<List<TableEntity>> ReadAsync(string connectionString, string table, CancellationToken stop)
    {
        var service = new TableServiceClient(connectionString);
        List<TableEntity> rows = [];

        // The service makes its tables with its first request.
        await foreach (var found in service.QueryAsync(one => one.Name == table, cancellationToken: stop))
        {
            await foreach (var row in service.GetTableClient(found.Name).QueryAsync<TableEntity>(cancellationToken: stop)) rows.Add(row);
        }

        return rows;
    }

    private static IEnumerable<TableEntity> Rows(List<TableEntity> rows, string prefix) =>
        rows.Where(row => row.RowKey.StartsWith(prefix, StringComparison.Ordinal));

    private static StoredIdentity Identity(TableEntity row) => new(
        Id(row.RowKey[2..]),
        row.GetString("identity_name"),
        row.GetString("state"),
        row.GetString("error_code"),
        row.GetString("model_id"),
        row.GetDateTimeOffset("retain_until") is not null,
        [.. JsonNode.Parse(row.GetString("manifest"))!.AsArray().Select(photo => (string)photo!["oid"]!)],
        row.GetString("weights") is { } weights ? JsonNode.Parse(weights) as JsonObject : null);

    private static StoredItem Item(TableEntity row) => new(
        Id(row.GetString("identity")), row.GetString("model_id"), row.GetString("kind") is null or "Record", row.GetDateTimeOffset("due_at")!.Value);

    /// <summary>Rows hold the complement of the id, so that the newest comes first.</summary>
    private static string Id(string digits)
    {
        var bytes = Convert.FromHexString(digits).Select(digit => (byte)~digit).ToArray();
        return new Guid(bytes, bigEndian: true).ToString("D");
    }
}
