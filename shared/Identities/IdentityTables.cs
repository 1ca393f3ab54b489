using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using TrainIdentity.Auth;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>
/// The two tables. A user's call gets at its own partition only, through <see cref="For(Caller)"/>; that stands in for
/// the original's row-level security.
/// </summary>
public sealed class IdentityTables : IDisposable
{
    private readonly TableServiceClient _service;
    private readonly StorageOptions _options;
    private readonly TableClient _identities;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _creating = new(1, 1);
    private volatile bool _created;

    /// <param name="policy">Sees every request to the tables; for tests.</param>
    public IdentityTables(StorageOptions options, TimeProvider clock, HttpPipelinePolicy? policy = null)
    {
        _options = options;
        _clock = clock;
        _service = Open(options, policy);
        _identities = _service.GetTableClient(options.IdentitiesTable);
        Index = new IdentityIndex(_service.GetTableClient(options.IndexTable), clock);
    }

    internal IdentityIndex Index { get; }

    public OwnerRows For(Caller caller) => For(caller.Key);

    /// <summary>For work found through the index, where no caller is present.</summary>
    internal OwnerRows For(string ownerKey) => new(_identities, Index, ownerKey, _clock);

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
                await _service.CreateTableIfNotExistsAsync(_options.IdentitiesTable, stop);
                await _service.CreateTableIfNotExistsAsync(_options.IndexTable, stop);
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

    public void Dispose() => _creating.Dispose();

    private static TableServiceClient Open(StorageOptions options, HttpPipelinePolicy? policy)
    {
        var client = new TableClientOptions();
        client.Retry.MaxRetries = 3;
        client.Retry.Delay = TimeSpan.FromSeconds(0.8);
        client.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        if (policy is not null)
        {
            client.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        }
        if (options.ConnectionString is { Length: > 0 } connection)
        {
            return new TableServiceClient(connection, client);
        }

        var identity = options.ManagedIdentityClientId is { Length: > 0 } id ? ManagedIdentityId.FromUserAssignedClientId(id) : ManagedIdentityId.SystemAssigned;
        return new TableServiceClient(options.TableEndpoint, new ManagedIdentityCredential(identity), client);
    }
}
