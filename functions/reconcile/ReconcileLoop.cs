using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>The same tick inside the process, for App Service, a container or a plain start.</summary>
internal sealed partial class ReconcileLoop(Reconciler reconciler, ReconcileOptions options, TimeProvider clock, ILogger<ReconcileLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await reconciler.TickAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A round of reconciling failed; the next one comes.")]
        public static partial void Failed(ILogger logger, Exception trouble);
    }
}
