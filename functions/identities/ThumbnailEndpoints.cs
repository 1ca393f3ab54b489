using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;
using TrainIdentity.Photos;

namespace TrainIdentity.Functions;

/// <summary>The picture that stands for an identity in lists: sent with the draft, and read back for its owner alone.</summary>
internal static class ThumbnailEndpoints
{
    public const string Route = "/api/identities/{id}/thumbnail";

    internal const string MediaType = "image/jpeg";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(Route, PutAsync).Limited(RateKind.Photos).Admitted(limits => limits.PhotoBytes);
        routes.MapMethods(Route, ["GET", "HEAD"], GetAsync).Limited(RateKind.Reads).WithMetadata(new AnswersWith(MediaType));
    }

    private static async Task<IResult> PutAsync(HttpContext context, string id, BearerTokens tokens, PhotoReader reader, Drafts drafts, IHostApplicationLifetime life)
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
        var looked = await drafts.LookAsync(token.Caller, wanted, stop);
        if (looked.Problem is not null)
        {
            return Problems.For(looked);
        }

        var read = await reader.ReadThumbnailAsync(context.Request.Body, stop);
        if (!read.Accepted)
        {
            return Problems.For([Problems.For(read.Refusal, "/thumbnail")]);
        }

        using var thumbnail = read.Photo;
        var outcome = await drafts.PutThumbnailAsync(token.Caller, wanted, thumbnail, looked, life.ApplicationStopping);
        return outcome.Problem is null ? Results.Json(ThumbnailView.Of(thumbnail), ApiJson.Default.ThumbnailView) : Problems.For(outcome);
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, BearerTokens tokens, IdentityTables tables, Pictures pictures)
    {
        var own = await OwnIdentity.ReadAsync(context, id, tokens, tables);
        return own.Refusal ?? await PictureAsync(context, own.Identity!, own.Identity!.CommittedThumbnail, pictures, Problems.ThumbnailNotFound);
    }

    /// <summary>A picture that its owner has already is not read again.</summary>
    internal static async Task<IResult> PictureAsync(HttpContext context, Identity identity, ManifestPhoto? picture, Pictures pictures, Problem missing)
    {
        if (picture is null)
        {
            return missing;
        }
        var etag = $"\"{picture.Oid}\"";
        if (EntityTags.IsKnown(context.Request, etag))
        {
            context.Response.Headers.ETag = etag;
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }
        if (await pictures.ReadAsync(identity, picture, context.RequestAborted) is not { } bytes)
        {
            return missing;
        }

        context.Response.Headers.ETag = etag;
        return Results.Bytes(bytes, MediaType);
    }
}
