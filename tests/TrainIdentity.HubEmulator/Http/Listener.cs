using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using TrainIdentity.Functions.Http;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>One server on loopback or in memory that takes nothing from its surroundings: no settings, no logging, no signals.</summary>
internal static class Listener
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <param name="inMemory">The address to answer for without a socket; null opens one.</param>
    public static WebApplication Build(int port, Uri? inMemory, Action<IServiceCollection> add)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        if (inMemory is null) Listen(builder, port);
        else _ = builder.Services.AddSingleton<IServer>(new MemoryServer(inMemory));
        _ = builder.Services.AddRouting();
        _ = builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        _ = builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        add(builder.Services);
        return builder.Build();
    }

    /// <summary>Where a started application listens, without a trailing slash.</summary>
    public static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>()
        .Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single().TrimEnd('/');

    private static void Listen(WebApplicationBuilder builder, int port)
    {
        _ = builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        _ = builder.Services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBlocks>();
    }

    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
