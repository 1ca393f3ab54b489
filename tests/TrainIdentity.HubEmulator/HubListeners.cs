using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.HubEmulator.Lfs;
using TrainIdentity.HubEmulator.Repos;
using TrainIdentity.HubEmulator.Webhooks;

namespace TrainIdentity.HubEmulator;

/// <summary>The Hub's address and, on another port, that of its storage.</summary>
internal static class HubListeners
{
    // Nobody listens there: in memory an address is only a name, and a port of its own tells the two apart.
    private static readonly Uri HubInMemory = new("http://127.0.0.1:1");
    private static readonly Uri StorageInMemory = new("http://127.0.0.1:2");

    public static WebApplication Hub(HubParts parts)
    {
        var app = Listener.Build(parts.Options.Port, parts.Options.InMemory ? HubInMemory : null, parts.AddTo);
        var (accidents, headers) = (new Accidents(parts.Options), new HubHeaders(parts.Options));
        var strike = new FaultStrike(parts.Faults, parts.Repos, parts.Options);
        _ = app.Use(parts.Calls.InvokeAsync).Use(parts.Link.FarAsync).Use(accidents.InvokeAsync).Use(headers.InvokeAsync).Use(strike.InvokeAsync);
        app.MapAccountRoutes();
        app.MapRepoRoutes();
        app.MapRepoListRoutes();
        app.MapInfoRoutes();
        app.MapTreeRoutes();
        app.MapHistoryRoutes();
        app.MapCommitRoutes();
        app.MapBatchRoutes();
        app.MapCompletionRoutes();
        app.MapResolveRoutes();
        app.MapLfsFileRoutes();
        app.MapWebhookRoutes();
        app.MapJobRoutes();
        app.MapJobStreamRoutes();
        app.MapScheduleRoutes();
        app.MapDeliveryRoutes();
        app.MapJournalRoutes();
        app.MapFaultRoutes();
        _ = app.MapFallback(() => Refusals.NotFound("Page"));
        return app;
    }

    public static WebApplication Storage(HubParts parts)
    {
        var app = Listener.Build(port: 0, parts.Options.InMemory ? StorageInMemory : null, parts.AddTo);
        var (accidents, strike) = (new Accidents(parts.Options), new FaultStrike(parts.Faults, parts.Repos, parts.Options));
        _ = app.Use(parts.Calls.InvokeAsync).Use(parts.Link.FarAsync).Use(parts.Link.NarrowAsync).Use(accidents.InvokeAsync).Use(strike.InvokeAsync);
        app.MapStorageRoutes();
        _ = app.MapFallback(() => StorageError.NoSuchKey);
        return app;
    }
}
