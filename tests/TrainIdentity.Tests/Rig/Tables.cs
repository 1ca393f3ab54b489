using TrainIdentity.LocalHost;

[assembly: AssemblyFixture(typeof(TrainIdentity.Tests.Rig.Tables))]

namespace TrainIdentity.Tests.Rig;

/// <summary>One Azurite for the whole run, started by the first test that needs it. Nobody's rows meet: every rig has tables of its own.</summary>
public class Tables : IAsyncDisposable
{
    private readonly Lazy<Task<AzuriteTable>> _azurite = new(() => AzuriteTable.StartAsync(CancellationToken.None));

    public virtual async Task<string> ConnectionStringAsync() => (await _azurite.Value).ConnectionString;

    /// <summary>The service that is started on them.</summary>
    public virtual Task<string> AppFolderAsync() => Task.FromResult(ServiceRig.AppFolder);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_azurite.IsValueCreated)
        {
            await (await _azurite.Value).DisposeAsync();
        }
    }
}
