using TrainIdentity.Functions.Http;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Secrets;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

internal static class ProbeEndpoints
{
    public const string HealthRoute = "/api/health";
    public const string ReadyRoute = "/api/ready";

    // whoami has a strict limit of its own.
    private static readonly TimeSpan HubProbeKept = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes)
    {
        // The Functions host polls this until the handler is up; it never reaches it from outside.
        routes.MapMethods("/", ["GET", "HEAD"], () => Results.StatusCode(StatusCodes.Status204NoContent));
        routes.MapMethods(HealthRoute, ["GET", "HEAD"], () => Results.Json(new HealthAnswer("ok", ServiceVersion.Text), ApiJson.Default.HealthAnswer));
        routes.MapMethods(ReadyRoute, ["GET", "HEAD"], ReadyAsync);
    }

    /// <summary>Component names and states only: an open address tells nobody how we are set up.</summary>
    private static async Task<IResult> ReadyAsync(SecretCache secrets, IdentityTables tables, HubClient hub, TrainingOptions training, Preflight preflight, HttpContext context)
    {
        var stop = context.RequestAborted;
        var components = new Dictionary<string, string>
        {
            ["secrets"] = await StateAsync(async limit => IsComplete(await secrets.GetAsync(limit), training), stop),
            ["storage"] = await StateAsync(async limit => { await tables.ProbeAsync(limit); return true; }, stop),
            ["hub"] = await StateAsync(async limit => { await hub.Account.ProbeAsync(HubProbeKept, limit); return true; }, stop),
            ["training"] = training.Configured ? "ok" : "missing",
        };
        var report = await preflight.LastAsync(stop);
        var lacking = report.Lacking(training.PreflightIgnored).Select(check => check.Component).ToHashSet();
        foreach (var component in report.Checks.Select(check => check.Component).Distinct())
        {
            components[component] = lacking.Contains(component) ? "missing" : "ok";
        }
        var ready = components.Values.All(state => state == "ok");
        return Results.Json(
            new ReadyAnswer(ready ? "ready" : "not ready", components), ApiJson.Default.ReadyAnswer,
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static bool IsComplete(SecretSnapshot secrets, TrainingOptions training) =>
        secrets is { HubToken: not null, WebhookSecret: not null, KeySalt: not null } && (secrets.TrainerToken is not null || training.Mode is TrainingMode.External);

    private static async Task<string> StateAsync(Func<CancellationToken, Task<bool>> probe, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            return await probe(limit.Token) ? "ok" : "missing";
        }
        catch (Exception e) when (!stop.IsCancellationRequested && (e is OperationCanceledException || Problems.For(e) is not null))
        {
            return "unavailable";
        }
    }
}
