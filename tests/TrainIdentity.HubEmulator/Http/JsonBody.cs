using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>A request body as a JSON object, whatever its content type says, and its fields by kind.</summary>
internal static class JsonBody
{
    public static async Task<JsonObject?> ReadAsync(HttpRequest request, CancellationToken stop)
    {
        try
        {
            return await JsonNode.ParseAsync(request.Body, cancellationToken: stop) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static Refusal NotAnObject { get; } = Refusals.Invalid(Zod.Expected("object", null, null));

    public static string? Text(this JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool? Flag(this JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public static long? Number(this JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    public static IEnumerable<JsonObject> Objects(this JsonObject body, string name) =>
        (body[name] as JsonArray)?.OfType<JsonObject>() ?? [];

    public static IEnumerable<string> Texts(this JsonObject body, string name) =>
        (body[name] as JsonArray)?.OfType<JsonValue>()
            .Select(value => value.TryGetValue<string>(out var text) ? text : null).OfType<string>() ?? [];
}
