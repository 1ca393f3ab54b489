using System.Text.Json;
using Microsoft.Net.Http.Headers;
using TrainIdentity.Functions.Http;
using TrainIdentity.Hub;
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

    private static async Task<IResult> HandleAsync(HttpContext context, SecretCache secrets, TrainingNews news, IHostApplicationLifetime life)
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
        switch (WebhookSecret.Check(request.Headers["X-Webhook-Secret"], await secrets.GetAsync(stop)))
        {
            case WebhookCheck.NotConfigured:
                return Problems.SecretsUnavailable;
            case WebhookCheck.Wrong:
                return Problems.WebhookUnauthorized;
        }

        using var body = new MemoryStream();
        await new CountedBody(request.Body, MaxBodyBytes).CopyToAsync(body, stop);
        if (!TryRead(body.GetBuffer().AsMemory(0, (int)body.Length), out var repo))
        {
            return Problems.Malformed("The body is not a JSON object.");
        }
        if (repo is { } named)
        {
            await news.TakeAsync(named, life.ApplicationStopping);
        }
        return Results.Json(new WebhookAnswer(true), ApiJson.Default.WebhookAnswer);
    }

    /// <param name="repo">Null when the payload is about something else than a model's repo, which is no error.</param>
    private static bool TryRead(ReadOnlyMemory<byte> body, out RepoId? repo)
    {
        repo = null;
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            if (json.RootElement.ValueKind is not JsonValueKind.Object)
            {
                return false;
            }
            if (json.RootElement.TryGetProperty("repo", out var about) && about.ValueKind is JsonValueKind.Object
                && about.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String
                && RepoId.TryParse(name.GetString(), out var parsed) && IsAboutRepo(json.RootElement))
            {
                repo = parsed;
            }
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Scopes may become narrower over time (<c>repo.config.dois</c>); all that begin with <c>repo</c> are about the repo.</summary>
    private static bool IsAboutRepo(JsonElement payload) =>
        payload.TryGetProperty("event", out var happened) && happened.ValueKind is JsonValueKind.Object
        && happened.TryGetProperty("scope", out var scope) && scope.ValueKind is JsonValueKind.String
        && scope.GetString() is { } text && (text == "repo" || text.StartsWith("repo.", StringComparison.Ordinal));
}
