using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>The original's contract: photos in one request, a repo and its identity in the answer.</summary>
internal static class TrainIdentityEndpoint
{
    public const string Route = "/api/train-identity";

    /// <summary>Where the original answered.</summary>
    public const string OldRoute = "/functions/v1/train-identity";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Route, HandleAsync).Limited(RateKind.Creations).Admitted(limits => limits.OneShotBytes);
        routes.MapPost(OldRoute, HandleAsync).Limited(RateKind.Creations).Admitted(limits => limits.OneShotBytes);
    }

    private static async Task<IResult> HandleAsync(
        HttpContext context, BearerTokens tokens, Configured configured, UploadRequest upload, Intake intake, TimeProvider clock, IHostApplicationLifetime life)
    {
        var began = clock.GetTimestamp();
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

        // Beside the photos, which take longer.
        _ = intake.ForeseeAsync(life.ApplicationStopping);

        // Freeing the pages of large photos takes a while, for which the answer does not wait.
        var draft = upload.NewDraft();
        context.Response.RegisterForDispose(draft);
        var (submission, problem) = await upload.ReadAsync(context.Request, token.Caller, draft, stop);
        if (submission is null)
        {
            return problem!;
        }

        // From here on the work is worth finishing although the caller may have gone.
        return Answer(context.Response, await intake.TrainAsync(token.Caller, submission, clock.GetElapsedTime(began), life.ApplicationStopping));
    }

    private static IResult Answer(HttpResponse response, IntakeOutcome outcome)
    {
        if (outcome.Problem is not null)
        {
            return Problems.For(outcome);
        }

        var identity = outcome.Identity!;
        if (outcome.Replayed)
        {
            response.Headers["Idempotency-Replayed"] = "true";
        }
        if (identity.State is IdentityState.Compensating or IdentityState.Failed)
        {
            return Problems.Ended(identity);
        }
        return Results.Json(
            new TrainAnswer(true, identity.Repo.ToString(), identity.RepoUrl ?? "", identity.Id.ToString(), PublicStatus.Of(identity.State)),
            ApiJson.Default.TrainAnswer);
    }
}
