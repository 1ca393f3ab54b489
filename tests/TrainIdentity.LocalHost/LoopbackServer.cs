using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace TrainIdentity.LocalHost;

/// <summary>Kestrel on 127.0.0.1 and nothing else: no configuration files, no console logging, no signal handlers.</summary>
internal static class LoopbackServer
{
    /// <param name="port">0 takes a free one.</param>
    /// <exception cref="LocalHostException">The port is taken.</exception>
    public static async Task<WebApplication> StartAsync(
        int port, Action<IServiceCollection> add, Action<WebApplication> use, CancellationToken stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        add(builder.Services);
        var server = builder.Build();
        use(server);
        try
        {
            await server.StartAsync(stop);
            return server;
        }
        catch (IOException taken)
        {
            await server.DisposeAsync();
            throw new LocalHostException($"Nothing can listen on port {port}: {taken.Message}", taken);
        }
    }

    public static Uri Address(WebApplication server) =>
        new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>The address as other programs write it: without the slash that <see cref="Uri"/> adds.</summary>
    public static string Text(this Uri address) => address.AbsoluteUri.TrimEnd('/');

    // The default lifetime would stop each server by itself on SIGTERM, in no order.
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
