using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>Serves calls of its own process without a socket.</summary>
internal sealed class MemoryServer : IServer
{
    private Func<IFeatureCollection, Task>? _serve;

    public MemoryServer(Uri address)
    {
        var addresses = new ServerAddressesFeature();
        addresses.Addresses.Add(address.AbsoluteUri);
        Features.Set<IServerAddressesFeature>(addresses);
    }

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _serve = call => ServeAsync(application, call);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _serve = null;
        return Task.CompletedTask;
    }

    public Task ServeAsync(IFeatureCollection call) => (_serve ?? throw new HttpRequestException("Nobody listens."))(call);

    public void Dispose() => _serve = null;

    private static async Task ServeAsync<TContext>(IHttpApplication<TContext> application, IFeatureCollection call)
        where TContext : notnull
    {
        var context = application.CreateContext(call);
        Exception? trouble = null;
        try
        {
            await application.ProcessRequestAsync(context);
        }
        catch (Exception e)
        {
            trouble = e;
            throw;
        }
        finally
        {
            application.DisposeContext(context, trouble);
        }
    }
}
