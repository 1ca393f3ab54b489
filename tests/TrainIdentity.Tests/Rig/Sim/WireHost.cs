using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TrainIdentity.Functions;
using TrainIdentity.Hub;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>One process of the service in its world, with a wire between it and the Hub.</summary>
internal sealed class WireHost : IAsyncDisposable
{
    private readonly ServiceProvider _all;

    public WireHost(World world, Wire wire)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddTrainIdentity(world.Settings, world.Configuration);
        services.AddSingleton<TimeProvider>(world.Clock);

        // Its tries would be counted with those of the call that is struck.
        services.AddSingleton(Usual.Preflight(world.Clock));
        var clock = new StorageClock(world.Clock);
        services.AddSingleton(clock);
        services.AddSingleton(new IdentityTables(
            world.Tables.Client(world.Settings.Storage.IdentitiesTable, observer: clock), world.Tables.Client(world.Settings.Storage.IndexTable, observer: clock), clock));
        services.AddSingleton(new HubClient(Http(world, wire), Http(world, wire), world.Settings.Hub, local: true, _ => ValueTask.FromResult(World.Token), world.Clock));
        _all = services.BuildServiceProvider();
    }

    public Intake Intake => _all.GetRequiredService<Intake>();

    public Erasure Erasure => _all.GetRequiredService<Erasure>();

    public Reconciler Reconciler => _all.GetRequiredService<Reconciler>();

    public ValueTask DisposeAsync() => _all.DisposeAsync();

    private static HttpClient Http(World world, Wire wire) =>
        new(new LogsApart(wire.Over(world.Hub.NewHandler()))) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>A job's log is a stream, which does not go through memory; progress is a courtesy and does without.</summary>
    private sealed class LogsApart(HttpMessageHandler wire) : DelegatingHandler(wire)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.AbsolutePath.EndsWith("/logs", StringComparison.Ordinal)
                ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request, Content = new StringContent("{}") })
                : base.SendAsync(request, cancellationToken);
    }
}
