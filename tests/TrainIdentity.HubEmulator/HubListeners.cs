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
    public static WebApplication Hub(HubParts parts)
    {
        var app = Listener.Build(parts.Options.Port, parts.AddTo);
        var (accidents, headers) = (new Accidents(parts.Options), new HubHeaders(parts.Options));
        var strike = new FaultStrike(parts.Faults, parts.Repos, parts.Options);
        _ = app.Use(parts.Calls.InvokeAsync).Use(accidents.InvokeAsync).Use(headers.InvokeAsync).Use(strike.InvokeAsync);
        app.MapAccountRoutes();
        app.MapRepoRoutes();
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
        var app = Listener.Build(port: 0, parts.AddTo);
        var (accidents, strike) = (new Accidents(parts.Options), new FaultStrike(parts.Faults, parts.Repos, parts.Options));
        _ = app.Use(parts.Calls.InvokeAsync).Use(accidents.InvokeAsync).Use(strike.InvokeAsync);
        app.MapStorageRoutes();
        _ = app.MapFallback(() => StorageError.NoSuchKey);
        return app;
    }
}
