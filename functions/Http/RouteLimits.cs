using Microsoft.AspNetCore.Http.Features;
using TrainIdentity.Auth;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions.Http;

/// <summary>What a route says about itself where it is mapped; in this order: who may come how often, then what they may send.</summary>
internal static class RouteLimits
{
    /// <summary>Counts the request of a signed-in caller; one without a valid token is refused here.</summary>
    public static RouteHandlerBuilder Limited(this RouteHandlerBuilder route, RateKind kind) => route.AddEndpointFilter(async (invocation, next) =>
    {
        var context = invocation.HttpContext;
        var token = await context.RequestServices.GetRequiredService<BearerTokens>().ReadAsync(context);
        return !token.Accepted ? Problems.For(token.Refusal)
            : context.RequestServices.GetRequiredService<Rates>().Take(kind, token.Caller.Key) is { } wait ? Problems.RateLimited(wait)
            : await next(invocation);
    });

    /// <summary>Lets an upload in while there is room for it, and gives the handler a body that keeps to <paramref name="bytes"/> and to the time of a request.</summary>
    public static RouteHandlerBuilder Admitted(this RouteHandlerBuilder route, Func<LimitOptions, long> bytes) => route.AddEndpointFilter(async (invocation, next) =>
    {
        var context = invocation.HttpContext;
        var (request, services) = (context.Request, context.RequestServices);
        var limit = bytes(services.GetRequiredService<LimitOptions>());
        if (request.ContentLength > limit)
        {
            context.Response.Headers.Connection = "close";
            return Problems.BodyTooLarge(limit);
        }
        using var place = services.GetRequiredService<Admission>().TryEnter(request.ContentLength);
        if (place is null)
        {
            context.Response.Headers.Connection = "close";
            return Problems.Busy;
        }

        using var late = new CancellationTokenSource(services.GetRequiredService<IntakeOptions>().SoftDeadline, services.GetRequiredService<TimeProvider>());
        var body = new AdmittedBody(request.BodyReader, limit, place, late.Token);
        context.Features.Set<IRequestBodyPipeFeature>(body);
        request.Body = body.AsStream();
        try
        {
            return await next(invocation);
        }
        finally
        {
            body.Leave();
            if (!body.Ended && !context.Response.HasStarted)
            {
                context.Response.Headers.Connection = "close";
            }
        }
    });

    /// <summary>The caller, verified once per request however often it is asked for.</summary>
    public static async ValueTask<TokenOutcome> ReadAsync(this BearerTokens tokens, HttpContext context)
    {
        if (context.Features.Get<Verified>() is not { } verified)
        {
            verified = new Verified(await tokens.ReadAsync(context.Request.Headers.Authorization, context.RequestAborted));
            context.Features.Set(verified);
        }
        return verified.Outcome;
    }

    private sealed record Verified(TokenOutcome Outcome);
}
