using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>The Functions timer. Mapped only where a Functions host calls it; anywhere else <see cref="ReconcileLoop"/> ticks.</summary>
internal static class ReconcileTrigger
{
    public const string Route = "/reconcile";

    /// <summary>
    /// The host's own trigger call carries neither of these headers, and its proxy adds both to whatever comes from outside.
    /// Must run before forwarded headers are taken in, which moves one of them away.
    /// </summary>
    public static bool IsFromOutside(HttpRequest request) =>
        request.Headers.ContainsKey("x-ms-invocation-id") || request.Headers.ContainsKey("X-Forwarded-Host");

    public static Task GuardAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Path.StartsWithSegments(Route, StringComparison.OrdinalIgnoreCase) && IsFromOutside(context.Request)
            ? Problems.NotFound.ExecuteAsync(context)
            : next(context);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Route, HandleAsync);

    private static async Task<IResult> HandleAsync(Reconciler reconciler, IHostApplicationLifetime life)
    {
        await reconciler.TickAsync(life.ApplicationStopping);
        return Results.Json(new TriggerAnswer(new Dictionary<string, string>(), [], null), ApiJson.Default.TriggerAnswer);
    }
}
