using TrainIdentity.LocalHost;

[assembly: AssemblyFixture(typeof(TrainIdentity.Tests.Rig.Tables))]

namespace TrainIdentity.Tests.Rig;

/// <summary>One Azurite for the whole run, started by the first test that needs it. Nobody's rows meet: every rig has tables of its own.</summary>
public sealed class Tables : IAsyncDisposable
{
    private readonly Lazy<Task<AzuriteTable>> _azurite = new(() => AzuriteTable.StartAsync(CancellationToken.None));

    public async Task<string> ConnectionStringAsync() => (await _azurite.Value).ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (_azurite.IsValueCreated)
        {
            await (await _azurite.Value).DisposeAsync();
        }
    }
}
