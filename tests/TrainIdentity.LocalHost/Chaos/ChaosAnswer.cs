using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainIdentity.LocalHost;

/// <summary>What came back from the service.</summary>
/// <param name="Status">0 when nothing did.</param>
/// <param name="Body">Null when it is no JSON object.</param>
internal sealed record ChaosAnswer(int Status, JsonObject? Body, TimeSpan? RetryAfter)
{
    public static ChaosAnswer None { get; } = new(0, null, null);

    public bool Yes => Status is >= 200 and < 300;

    public string? Code => (string?)Body?["code"];

    public string? IdentityId => (string?)Body?["identityId"];

    /// <summary>Whether the same request may go through later: the host's empty 500 and a broken connection included.</summary>
    public bool Passes => Status is 0 or 429 || Code is "idempotency_in_progress" || (Status >= 500 && (bool?)Body?["retryable"] is not false);

    /// <summary>As the report names it.</summary>
    public string Text => Status is 0 ? "no answer" : Code is { } code ? $"{Status} {code}" : $"{Status}";

    public static async Task<ChaosAnswer> ReadAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var text = await answer.Content.ReadAsStringAsync(stop);
        return new((int)answer.StatusCode, Parse(text), answer.Headers.RetryAfter?.Delta);
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return text.Length is 0 ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
