using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainIdentity.HubEmulator.Http;

/// <summary>Schema violations in the text form of the Hub's validator.</summary>
internal static class Zod
{
    public static string Expected(string kind, JsonNode? received, string? at, bool present = false) =>
        Problem($"expected {kind}, received {KindOf(received, present)}", at);

    public static string Problem(string what, string? at) =>
        at is null ? $"✖ Invalid input: {what}" : $"✖ Invalid input: {what}\n  → at {at}";

    /// <summary>The report for a field that should be text, or null when it is.</summary>
    public static string? Text(JsonObject owner, string name, string? at = null) =>
        owner.Text(name) is null ? Expected("string", owner[name], at is null ? name : $"{at}.{name}", owner.ContainsKey(name)) : null;

    private static string KindOf(JsonNode? node, bool present) => node?.GetValueKind() switch
    {
        null => present ? "null" : "undefined",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
