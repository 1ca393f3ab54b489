using Microsoft.Net.Http.Headers;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;
using TrainIdentity.Secrets;

namespace TrainIdentity.Functions;

/// <summary>
/// The Hugging Face webhook. Checked in order of cost before a byte is parsed; what it says is a hint, and the answer says
/// nothing about whether the repo is one of ours.
/// </summary>
internal static class TrainingStatusEndpoint
{
    public const string Route = "/api/training-status";

    private const int MaxBodyBytes = 64 * 1024;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Route, HandleAsync);

    private static async Task<IResult> HandleAsync(HttpContext context, SecretCache secrets, TrainingNews news, Telemetry telemetry, IHostApplicationLifetime life)
    {
        var request = context.Request;
        var stop = context.RequestAborted;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return Problems.MediaType;
        }
        if (request.ContentLength > MaxBodyBytes)
        {
            return Problems.BodyTooLarge(MaxBodyBytes);
        }
        switch (await CheckAsync(request, secrets, stop))
        {
            case WebhookCheck.NotConfigured:
                return Problems.SecretsUnavailable;
            case WebhookCheck.Wrong:
                telemetry.WebhookReceived("unauthorized");
                return Problems.WebhookUnauthorized;
        }

        using var body = new MemoryStream();
        await new CountedBody(request.Body, MaxBodyBytes).CopyToAsync(body, stop);
        if (!WebhookBody.TryRead(body.GetBuffer().AsMemory(0, (int)body.Length), out var read))
        {
            return Problems.Malformed("The body is not a JSON object.");
        }
        telemetry.WebhookReceived(read.Repo is null ? "ignored" : "accepted");
        if (read.Repo is { } repo)
        {
            await news.TakeAsync(repo, read.Head, life.ApplicationStopping);
        }
        return Results.Json(new WebhookAnswer(true), ApiJson.Default.WebhookAnswer);
    }

    /// <summary>A secret that was rotated may be newer than our copy: once in a while the vault is read again before one is called wrong.</summary>
    private static async Task<WebhookCheck> CheckAsync(HttpRequest request, SecretCache secrets, CancellationToken stop)
    {
        var given = request.Headers["X-Webhook-Secret"];
        var check = WebhookSecret.Check(given, await secrets.GetAsync(stop));
        return check is WebhookCheck.Wrong && given.Count == 1 ? WebhookSecret.Check(given, await secrets.RenewedAsync(stop)) : check;
    }
}
