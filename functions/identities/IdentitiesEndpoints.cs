using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>The caller's own identities. Somebody else's, and one being erased, are not there.</summary>
internal static class IdentitiesEndpoints
{
    public const string ListRoute = "/api/identities";
    public const string OneRoute = "/api/identities/{id}";
    public const string RetryRoute = "/api/identities/{id}/retry";
    public const string CancelRoute = "/api/identities/{id}/cancel";

    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(ListRoute, ["GET", "HEAD"], ListAsync).Limited(RateKind.Reads);
        routes.MapMethods(OneRoute, ["GET", "HEAD"], GetAsync).Limited(RateKind.Reads);
        routes.MapPatch(OneRoute, RenameAsync).Limited(RateKind.Reads).Admitted(limits => limits.TextBytes);
        routes.MapDelete(OneRoute, DeleteAsync);
        routes.MapPost(RetryRoute, (HttpContext context, string id, BearerTokens tokens, IdentityActions actions, IHostApplicationLifetime life) =>
            ActAsync(context, id, tokens, actions.RetryAsync, NotRetried, life)).Limited(RateKind.Creations);
        routes.MapPost(CancelRoute, (HttpContext context, string id, BearerTokens tokens, IdentityActions actions, IHostApplicationLifetime life) =>
            ActAsync(context, id, tokens, actions.CancelAsync, NotCancelled, life));
    }

    private static async Task<IResult> ListAsync(HttpContext context, BearerTokens tokens, IdentityTables tables)
    {
        var stop = context.RequestAborted;
        var token = await tokens.ReadAsync(context);
        if (!token.Accepted)
        {
            return Problems.For(token.Refusal);
        }
        if (context.Request.Query.Keys.FirstOrDefault(key => key is not ("limit" or "cursor")) is { } other)
        {
            return Problems.UnknownField(other);
        }
        if (!TryLimit(context.Request.Query["limit"], out var limit) || !TryCursor(context.Request.Query["cursor"], out var after))
        {
            return Problems.Malformed($"limit is a number from 1 to {MaxLimit}, and cursor is the nextCursor of the page before.");
        }

        await tables.EnsureAsync(stop);
        var (page, more) = await tables.For(token.Caller).ListAsync(limit, after, stop);
        var answer = JsonSerializer.SerializeToUtf8Bytes(new ListAnswer([.. page.Select(IdentityView.Of)], more ? page[^1].Id.ToString() : null), ApiJson.Default.ListAnswer);
        var etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(answer))}\"";
        context.Response.Headers.ETag = etag;
        return EntityTags.IsKnown(context.Request, etag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Bytes(answer, "application/json; charset=utf-8");
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, BearerTokens tokens, IdentityTables tables)
    {
        var own = await OwnIdentity.ReadAsync(context, id, tokens, tables);
        if (own.Identity is not { } identity)
        {
            return own.Refusal!;
        }

        var etag = IdentityView.ETag(identity);
        context.Response.Headers.ETag = etag;
        return EntityTags.IsKnown(context.Request, etag)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Json(IdentityView.Of(identity), ApiJson.Default.IdentityView);
    }

    private static async Task<IResult> RenameAsync(HttpContext context, string id, BearerTokens tokens, IdentityActions actions, IHostApplicationLifetime life)
    {
        var token = await tokens.ReadAsync(context);
        if (!token.Accepted)
        {
            return Problems.For(token.Refusal);
        }
        if (!IdentityId.TryParse(id, out var wanted))
        {
            return Problems.IdentityNotFound;
        }
        if (context.Request.Headers.IfMatch is not { Count: > 0 } ifMatch)
        {
            return Problems.PreconditionRequired;
        }
        var (name, problem) = await RenameBody.ReadAsync(context.Request, context.RequestAborted);
        if (name is null)
        {
            return problem!;
        }

        var outcome = await actions.RenameAsync(token.Caller, wanted, name, identity => EntityTags.IsMeant(ifMatch, IdentityView.ETag(identity)), life.ApplicationStopping);
        if (outcome.Result is not ActionResult.Accepted)
        {
            return outcome.Result is ActionResult.Stale ? Problems.PreconditionFailed : Problems.IdentityNotFound;
        }
        context.Response.Headers.ETag = IdentityView.ETag(outcome.Identity!);
        return Results.Json(IdentityView.Of(outcome.Identity!), ApiJson.Default.IdentityView);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string id, BearerTokens tokens, Erasure erasure, IHostApplicationLifetime life)
    {
        var token = await tokens.ReadAsync(context);
        if (!token.Accepted)
        {
            return Problems.For(token.Refusal);
        }
        return IdentityId.TryParse(id, out var wanted) && await erasure.AcceptAsync(token.Caller, wanted, life.ApplicationStopping)
            ? Results.StatusCode(StatusCodes.Status202Accepted)
            : Problems.IdentityNotFound;
    }

    private static async Task<IResult> ActAsync(
        HttpContext context, string id, BearerTokens tokens, Func<Caller, IdentityId, CancellationToken, Task<ActionOutcome>> act, Problem conflict, IHostApplicationLifetime life)
    {
        var token = await tokens.ReadAsync(context);
        if (!token.Accepted)
        {
            return Problems.For(token.Refusal);
        }
        if (!IdentityId.TryParse(id, out var wanted))
        {
            return Problems.IdentityNotFound;
        }

        var outcome = await act(token.Caller, wanted, life.ApplicationStopping);
        return outcome.Result switch
        {
            ActionResult.Accepted => Results.Json(IdentityView.Of(outcome.Identity!), ApiJson.Default.IdentityView, statusCode: StatusCodes.Status202Accepted),
            ActionResult.NotFound => Problems.IdentityNotFound,
            ActionResult.Conflict => conflict,
            ActionResult.OverQuota => Problems.For(outcome.Over!.Value, outcome.RetryAfter),
            ActionResult.Paused => Problems.TrainingPaused(outcome.RetryAfter),
            _ => throw new UnreachableException(),
        };
    }

    private static Problem NotRetried =>
        Problems.StateConflict("Only a failed identity that still has its photos can be tried again, a few times. Otherwise upload the photos anew.");

    private static Problem NotCancelled => Problems.StateConflict("There is nothing under way that could be cancelled. To remove an identity, delete it.");

    private static bool TryLimit(string? text, out int limit)
    {
        limit = DefaultLimit;
        return text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit);
    }

    private static bool TryCursor(string? text, out IdentityId? after)
    {
        after = null;
        if (text is null)
        {
            return true;
        }

        var parsed = IdentityId.TryParse(text, out var id);
        after = id;
        return parsed;
    }
}
