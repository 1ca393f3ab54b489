using Azure;
using Azure.Data.Tables;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Auth;

/// <summary>One service for the whole list of cases, which trusts all issuers of the list.</summary>
public sealed class TokenCaseService(Tables tables) : IAsyncLifetime
{
    private readonly string _identities = "Tokens" + Guid.NewGuid().ToString("N");
    private readonly string _index = "TokensIndex" + Guid.NewGuid().ToString("N");
    private KeyServer _keys = null!;

    public ServiceRig Rig { get; private set; } = null!;

    /// <summary>Once a case has failed so, what is left behind says nothing about the others.</summary>
    public bool LetSomebodyIn { get; set; }

    internal TokenMint Mint { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _keys = await KeyServer.StartAsync();
        var issuers = new TokenIssuers(_keys);
        Mint = new TokenMint(issuers);
        Rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?>(issuers.Settings())
        {
            ["Storage__IdentitiesTable"] = _identities,
            ["Storage__IndexTable"] = _index,
        });
    }

    /// <summary>Rows of users, and claims and work of their identities; the service's own counters and switches aside.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync() => [.. await RowsAsync(_identities), .. (await RowsAsync(_index)).Where(row => !row.StartsWith("g/", StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await Rig.DisposeAsync();
        await _keys.DisposeAsync();
    }

    private async Task<List<string>> RowsAsync(string table)
    {
        try
        {
            return await new TableClient(Rig.Stack.TableConnectionString, table).QueryAsync<TableEntity>(cancellationToken: ServiceRig.Stop)
                .Select(row => $"{row.PartitionKey}/{row.RowKey}").ToListAsync(ServiceRig.Stop);
        }
        catch (RequestFailedException e) when (e.Status is 404)
        {
            return [];
        }
    }
}
