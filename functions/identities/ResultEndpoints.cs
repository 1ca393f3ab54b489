using System.Diagnostics;
using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>What a training has made, for its owner alone: the four views, and a way to the weights.</summary>
internal static class ResultEndpoints
{
    public const string PreviewRoute = "/api/identities/{id}/previews/{view}";
    public const string WeightsLinkRoute = "/api/identities/{id}/weights-link";

    private static Problem NotReady => Problems.StateConflict("Only an identity that is ready has weights. Wait until its training has ended well.");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(PreviewRoute, ["GET", "HEAD"], PreviewAsync).Limited(RateKind.Reads).WithMetadata(new AnswersWith(ThumbnailEndpoints.MediaType));
        routes.MapPost(WeightsLinkRoute, LinkAsync).Limited(RateKind.Creations);
    }

    private static async Task<IResult> PreviewAsync(HttpContext context, string id, string view, BearerTokens tokens, IdentityTables tables, Pictures pictures)
    {
        var own = await OwnIdentity.ReadAsync(context, id, tokens, tables);
        return own.Refusal ?? await ThumbnailEndpoints.PictureAsync(context, own.Identity!, own.Identity!.PreviewOf(view), pictures, Problems.PreviewNotFound);
    }

    private static async Task<IResult> LinkAsync(HttpContext context, string id, BearerTokens tokens, WeightsLinks links, IHostApplicationLifetime life)
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

        var outcome = await links.GiveAsync(token.Caller, wanted, life.ApplicationStopping);
        return outcome.Result switch
        {
            ActionResult.Accepted => Results.Json(WeightsLinkView.Of(outcome.Identity!, outcome.Link!), ApiJson.Default.WeightsLinkView),
            ActionResult.Conflict => NotReady,
            ActionResult.NotFound => Problems.IdentityNotFound,
            _ => throw new UnreachableException(),
        };
    }
}
