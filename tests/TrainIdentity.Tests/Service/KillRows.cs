using Azure.Data.Tables;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>What the tables of one scene hold, read past the service and the proxy.</summary>
internal sealed class KillRows(string connectionString)
{
    private readonly TableServiceClient _tables = new(connectionString);
    private readonly string _own = Guid.NewGuid().ToString("N")[..12];

    public string Identities => $"TrainedIdentities{_own}";

    public string Index => $"TrainedIdentityIndex{_own}";

    /// <summary>The state of the record; null when there is none.</summary>
    public async Task<string?> StateAsync() => (await ReadAsync(Identities, "i_")).SingleOrDefault()?.GetString("state");

    public async Task<int> KeysAsync() => (await ReadAsync(Identities, "k_")).Count;

    public async Task<int> ClaimsAsync() => (await ReadAsync(Index, "c_")).Count;

    /// <returns>How many records there are, how many of them hold a slot, and how many slots are counted as taken.</returns>
    public async Task<(int Records, int Held, int Counted)> SlotsAsync()
    {
        var records = await ReadAsync(Identities, "i_");
        var counted = (await ReadAsync(Identities, "q")).SingleOrDefault()?.GetInt32("active") ?? 0;
        return (records.Count, records.Count(row => row.GetBoolean("slot_held")!.Value), counted);
    }

    private async Task<IReadOnlyList<TableEntity>> ReadAsync(string table, string kind)
    {
        var rows = await _tables.GetTableClient(table).QueryAsync<TableEntity>(cancellationToken: ServiceRig.Stop).ToListAsync(ServiceRig.Stop);
        return [.. rows.Where(row => row.RowKey.StartsWith(kind, StringComparison.Ordinal))];
    }
}
