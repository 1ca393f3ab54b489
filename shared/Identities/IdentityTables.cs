using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using TrainIdentity.Auth;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>
/// The two tables. A user's call gets at its own partition only, through <see cref="For(Caller)"/>; that stands in for
/// the original's row-level security.
/// </summary>
public sealed class IdentityTables : IDisposable
{
    private readonly TableClient _identities;
    private readonly TableClient _index;
    private readonly SemaphoreSlim _creating = new(1, 1);
    private volatile bool _created;

    /// <param name="policy">Sees every request to the tables; for tests.</param>
    /// <param name="http">Null for the SDK's own.</param>
    /// <param name="credential">Null for the app's managed identity.</param>
    public IdentityTables(StorageOptions options, StorageClock clock, HttpPipelinePolicy? policy = null, HttpClient? http = null, TokenCredential? credential = null)
        : this(Open(options, clock, policy, http, credential), options, clock)
    {
    }

    internal IdentityTables(TableClient identities, TableClient index, StorageClock clock)
    {
        (_identities, _index, Clock) = (identities, index, clock);
        Index = new IdentityIndex(index, clock);
        Service = new ServiceRows(index);
    }

    private IdentityTables(TableServiceClient service, StorageOptions options, StorageClock clock)
        : this(service.GetTableClient(options.IdentitiesTable), service.GetTableClient(options.IndexTable), clock)
    {
    }

    public StorageClock Clock { get; }

    internal IdentityIndex Index { get; }

    internal ServiceRows Service { get; }

    /// <summary>For reads over all owners at once.</summary>
    internal TableClient Identities => _identities;

    /// <summary>For reads over work items.</summary>
    internal TableClient IndexTable => _index;

    public OwnerRows For(Caller caller) => For(caller.Key);

    /// <summary>For work found through the index, where no caller is present.</summary>
    internal OwnerRows For(string ownerKey) => new(_identities, Index, ownerKey, Clock);

    /// <summary>Creates the tables the first time; later calls cost nothing.</summary>
    public async ValueTask EnsureAsync(CancellationToken stop)
    {
        if (_created)
        {
            return;
        }

        await _creating.WaitAsync(stop);
        try
        {
            if (!_created)
            {
                await _identities.CreateIfNotExistsAsync(stop);
                await _index.CreateIfNotExistsAsync(stop);
                _created = true;
            }
        }
        finally
        {
            _creating.Release();
        }
    }

    /// <summary>Reads from the tables, for whoever asks whether they are there.</summary>
    public async Task ProbeAsync(CancellationToken stop)
    {
        await EnsureAsync(stop);
        await Index.FindAsync(new RepoId("ready", "probe"), stop);
    }

    /// <summary>Whether both are there; makes neither.</summary>
    public async Task<bool> ExistAsync(CancellationToken stop) => await ExistsAsync(_identities, stop) && await ExistsAsync(_index, stop);

    public void Dispose() => _creating.Dispose();

    private static async Task<bool> ExistsAsync(TableClient table, CancellationToken stop)
    {
        try
        {
            // Only a query tells a missing table from a missing row.
            await foreach (var _ in table.QueryAsync<TableEntity>("PartitionKey eq 'none'", 1, ["RowKey"], stop))
            {
                break;
            }
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404)
        {
            return false;
        }
    }

    private static TableServiceClient Open(StorageOptions options, StorageClock clock, HttpPipelinePolicy? policy, HttpClient? http, TokenCredential? credential)
    {
        var client = new TableClientOptions();

        // Addresses of rows name their owner: no log and no span of single requests.
        client.Diagnostics.IsLoggingEnabled = false;
        client.Diagnostics.IsDistributedTracingEnabled = false;
        if (http is not null)
        {
            client.Transport = new HttpClientTransport(http);
        }
        client.Retry.MaxRetries = 3;
        client.Retry.Delay = TimeSpan.FromSeconds(0.8);
        client.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        client.AddPolicy(clock.Policy, HttpPipelinePosition.PerRetry);
        if (policy is not null)
        {
            client.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        }
        if (options.ConnectionString is { Length: > 0 } connection)
        {
            return new TableServiceClient(connection, client);
        }

        return new TableServiceClient(options.TableEndpoint, credential ?? AzureCredentials.OfApp(options.ManagedIdentityClientId), client);
    }
}
