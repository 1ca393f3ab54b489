using System.Globalization;
using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;
using TrainIdentity.Photos;

namespace TrainIdentity.Functions;

/// <summary>An upload photo by photo, each request below every platform's limits.</summary>
internal static class DraftEndpoints
{
    public const string PhotosRoute = "/api/identities/{id}/photos";
    public const string PhotoRoute = "/api/identities/{id}/photos/{n}";
    public const string TrainRoute = "/api/identities/{id}/train";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(IdentitiesEndpoints.ListRoute, OpenAsync).Limited(RateKind.Creations).Admitted(limits => limits.TextBytes);
        routes.MapMethods(PhotosRoute, ["GET", "HEAD"], PhotosAsync).Limited(RateKind.Reads);
        routes.MapPut(PhotoRoute, PutAsync).Limited(RateKind.Photos).Admitted(limits => limits.PhotoBytes);
        routes.MapDelete(PhotoRoute, RemoveAsync).Limited(RateKind.Photos);
        routes.MapPost(TrainRoute, TrainAsync).Limited(RateKind.Creations);
    }

    private static async Task<IResult> OpenAsync(
        HttpContext context, BearerTokens tokens, Configured configured, Terms terms, Drafts drafts, TimeProvider clock, IHostApplicationLifetime life)
    {
        var stop = context.RequestAborted;
        var token = await tokens.ReadAsync(context);
        if (!token.Accepted)
        {
            return Problems.For(token.Refusal);
        }
        if (await configured.MissingAsync(stop) is { } missing)
        {
            return missing;
        }

        var (request, problem) = await DraftBody.ReadAsync(context.Request, terms, clock.GetUtcNow(), stop);
        if (request is null)
        {
            return problem!;
        }

        var outcome = await drafts.OpenAsync(token.Caller, request, life.ApplicationStopping);
        if (outcome.Problem is not null)
        {
            return Problems.For(outcome);
        }

        var identity = outcome.Identity!;
        context.Response.Headers.Location = $"{context.Request.Scheme}://{context.Request.Host}{IdentitiesEndpoints.ListRoute}/{identity.Id}";
        if (outcome.Replayed)
        {
            context.Response.Headers["Idempotency-Replayed"] = "true";
        }
        return View(context, identity, StatusCodes.Status201Created);
    }

    /// <summary>For a client that goes on with a draft and does not know any more what it has sent.</summary>
    private static async Task<IResult> PhotosAsync(HttpContext context, string id, BearerTokens tokens, Drafts drafts)
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

        var (outcome, photos) = await drafts.PhotosAsync(token.Caller, wanted, context.RequestAborted);
        return outcome.Problem is null
            ? Results.Json(new PhotosAnswer([.. photos.Select(StoredPhotoView.Of)]), ApiJson.Default.PhotosAnswer)
            : Problems.For(outcome);
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, string id, string n, BearerTokens tokens, PhotoReader reader, Drafts drafts, IHostApplicationLifetime life)
    {
        var stop = context.RequestAborted;
        var token = await tokens.ReadAsync(context);
        if (!token.Accepted)
        {
            return Problems.For(token.Refusal);
        }
        if (!IdentityId.TryParse(id, out var wanted))
        {
            return Problems.IdentityNotFound;
        }
        var looked = await drafts.LookAsync(token.Caller, wanted, Number(n), stop);
        if (looked.Problem is not null)
        {
            return Problems.For(looked);
        }

        var read = await reader.ReadAsync(context.Request.Body, stop);
        if (!read.Accepted)
        {
            return Problems.For([Problems.For(read.Refusal, $"/photos/{Number(n)}")]);
        }

        using var photo = read.Photo;
        var outcome = await drafts.PutAsync(token.Caller, wanted, Number(n), photo, looked, life.ApplicationStopping);
        return outcome.Problem is null
            ? Results.Json(DraftPhotoView.Of(Number(n), photo), ApiJson.Default.DraftPhotoView)
            : Problems.For(outcome);
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, string id, string n, BearerTokens tokens, Drafts drafts, IHostApplicationLifetime life)
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

        var outcome = await drafts.RemoveAsync(token.Caller, wanted, Number(n), life.ApplicationStopping);
        return outcome.Problem is null ? Results.NoContent() : Problems.For(outcome);
    }

    private static async Task<IResult> TrainAsync(HttpContext context, string id, BearerTokens tokens, Configured configured, Drafts drafts, IHostApplicationLifetime life)
    {
        var stop = context.RequestAborted;
        var token = await tokens.ReadAsync(context);
        if (!token.Accepted)
        {
            return Problems.For(token.Refusal);
        }
        if (await configured.MissingAsync(stop) is { } missing)
        {
            return missing;
        }
        if (!IdentityId.TryParse(id, out var wanted))
        {
            return Problems.IdentityNotFound;
        }

        var outcome = await drafts.TrainAsync(token.Caller, wanted, life.ApplicationStopping);
        return outcome.Problem is null ? View(context, outcome.Identity!, StatusCodes.Status202Accepted) : Problems.For(outcome);
    }

    private static IResult View(HttpContext context, Identity identity, int status)
    {
        context.Response.Headers.ETag = IdentityView.ETag(identity);
        return Results.Json(IdentityView.Of(identity), ApiJson.Default.IdentityView, statusCode: status);
    }

    /// <summary>Zero, which no photo has, for what is no number.</summary>
    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
