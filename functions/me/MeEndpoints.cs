using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>Everything that is held about the caller, to read and to erase.</summary>
internal static class MeEndpoints
{
    public const string Route = "/api/me";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Route, ["GET", "HEAD"], GetAsync).Limited(RateKind.Reads);
        routes.MapDelete(Route, DeleteAsync);
    }

    private static async Task<IResult> GetAsync(HttpContext context, BearerTokens tokens, IdentityTables tables)
    {
        var stop = context.RequestAborted;
        var token = await tokens.ReadAsync(context);
        if (!token.Accepted)
        {
            return Problems.For(token.Refusal);
        }

        await tables.EnsureAsync(stop);
        var held = await tables.For(token.Caller).Holdings.EverythingAsync(stop);
        return Results.Json(MeView.Of(token.Caller, held), ApiJson.Default.MeView);
    }

    /// <summary>Accepted for all of them before the answer; the reconciler does the work.</summary>
    private static async Task<IResult> DeleteAsync(HttpContext context, BearerTokens tokens, Erasure erasure, IHostApplicationLifetime life)
    {
        var token = await tokens.ReadAsync(context);
        if (!token.Accepted)
        {
            return Problems.For(token.Refusal);
        }

        var count = await erasure.AcceptAllAsync(token.Caller, life.ApplicationStopping);
        return Results.Json(new ErasedAnswer(count), ApiJson.Default.ErasedAnswer, statusCode: StatusCodes.Status202Accepted);
    }
}
