using System.Text.Json;
using TrainIdentity.Hub;

namespace TrainIdentity.Functions;

/// <summary>What a webhook says, as far as we listen: which repo, and which commit is new on its main branch.</summary>
/// <param name="Repo">Null when it says nothing about the model repo of anybody.</param>
/// <param name="Head">Null when it is about something else than a push to main.</param>
/// <param name="HubId">The Hub's own id of the repo; null when it is not named.</param>
internal readonly record struct WebhookBody(RepoId? Repo, string? Head, string? HubId)
{
    /// <summary>The format we know (hub-docs, webhooks); another one would be guesswork, and the timer finds out anyway.</summary>
    private const int Version = 3;
    private const string Main = "refs/heads/main";

    /// <returns>False when the body is no JSON object.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> body, out WebhookBody read)
    {
        read = default;
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            if (json.RootElement.ValueKind is not JsonValueKind.Object)
            {
                return false;
            }
            if (IsKnown(json.RootElement) && Model(json.RootElement) is { } repo && Pushed(json.RootElement, out var head))
            {
                read = new WebhookBody(repo, head, Text(json.RootElement, "repo", "id"));
            }
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Scopes may become narrower over time (<c>repo.config.dois</c>); all that begin with <c>repo</c> are about the repo.</summary>
    private static bool IsKnown(JsonElement payload) =>
        Member(payload, "webhook", "version") is { ValueKind: JsonValueKind.Number } version && version.TryGetInt32(out var number) && number == Version
        && Text(payload, "event", "scope") is { } scope && (scope == "repo" || scope.StartsWith("repo.", StringComparison.Ordinal));

    private static RepoId? Model(JsonElement payload) =>
        Text(payload, "repo", "type") is null or "model" && RepoId.TryParse(Text(payload, "repo", "name"), out var repo) ? repo : null;

    /// <returns>False for a push that did not touch main, such as that of a tag or a pull request.</returns>
    private static bool Pushed(JsonElement payload, out string? head)
    {
        head = null;
        if (!payload.TryGetProperty("updatedRefs", out var refs) || refs.ValueKind is not JsonValueKind.Array)
        {
            return true;
        }
        foreach (var one in refs.EnumerateArray())
        {
            if (Text(one, "ref") == Main)
            {
                head = Text(one, "newSha");
                return true;
            }
        }
        return refs.GetArrayLength() == 0;
    }

    private static string? Text(JsonElement from, params ReadOnlySpan<string> path) => Member(from, path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement? Member(JsonElement from, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (from.ValueKind is not JsonValueKind.Object || !from.TryGetProperty(name, out from))
            {
                return null;
            }
        }
        return from;
    }
}
