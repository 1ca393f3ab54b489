using Microsoft.Net.Http.Headers;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;
using TrainIdentity.Secrets;

namespace TrainIdentity.Functions;

/// <summary>
/// The Hugging Face webhook. What it says is a hint, and the answer says nothing about whether the repo is one of ours.
/// Refusals come in this order, however the body is sent: 415, 413, 503, 401, 429, 400.
/// </summary>
internal static class TrainingStatusEndpoint
{
    public const string Route = "/api/training-status";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Route, HandleAsync);

    private static async Task<IResult> HandleAsync(
        HttpContext context, WebhookOptions options, WebhookRate rate, SecretCache secrets, TrainingNews news, Telemetry telemetry, IHostApplicationLifetime life)
    {
        var request = context.Request;
        if (!IsPlainJson(request))
        {
            return Problems.MediaType;
        }
        if (request.ContentLength > options.MaxBodyBytes)
        {
            return Problems.BodyTooLarge(options.MaxBodyBytes);
        }

        using var body = new MemoryStream();
        await new CountedBody(request.Body, options.MaxBodyBytes).CopyToAsync(body, context.RequestAborted);
        var check = await CheckAsync(request, secrets, context.RequestAborted);
        if (check is WebhookCheck.NotConfigured)
        {
            return Problems.SecretsUnavailable;
        }
        if (check is WebhookCheck.Wrong)
        {
            telemetry.WebhookReceived("unauthorized");
            return Problems.WebhookUnauthorized;
        }
        if (rate.Take(check) is { } wait)
        {
            telemetry.WebhookReceived("limited");
            return Problems.RateLimited(wait);
        }
        if (!WebhookBody.TryRead(body.GetBuffer().AsMemory(0, (int)body.Length), out var read))
        {
            return Problems.Malformed("The body is not a JSON object.");
        }

        telemetry.WebhookReceived(read.Repo is null ? "ignored" : "accepted");
        if (read.Repo is { } repo)
        {
            await news.TakeAsync(repo, read.Head, life.ApplicationStopping, read.HubId);
        }
        return Results.Json(new WebhookAnswer(true), ApiJson.Default.WebhookAnswer);
    }

    private static bool IsPlainJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && request.Headers.ContentEncoding is not [.., not "identity"];

    /// <summary>A secret that was rotated, or stored for the first time, may be newer than our copy: once in a while the vault is read again before one is called wrong.</summary>
    private static async Task<WebhookCheck> CheckAsync(HttpRequest request, SecretCache secrets, CancellationToken stop)
    {
        var given = request.Headers["X-Webhook-Secret"];
        var check = WebhookSecret.Check(given, await secrets.GetAsync(stop));
        return check is WebhookCheck.Wrong or WebhookCheck.NotConfigured && given.Count == 1 ? WebhookSecret.Check(given, await secrets.RenewedAsync(stop)) : check;
    }
}
