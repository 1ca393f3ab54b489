using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TrainIdentity.LocalHost;

/// <summary>Reads one function.json into the function it declares.</summary>
internal static partial class FunctionJson
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static JsonNode Parse(string json) =>
        JsonNode.Parse(json, new JsonNodeOptions { PropertyNameCaseInsensitive = true }, Lenient)
        ?? throw new FormatException("it says null.");

    /// <returns>An <see cref="HttpFunction"/> or a <see cref="TimerFunction"/>.</returns>
    /// <exception cref="FormatException">The host would log this and go on without the function.</exception>
    public static object Read(string name, string json, string routePrefix)
    {
        if (!Name().IsMatch(name) || name.Equals("host", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException("the folder's name is no function name.");
        }

        var bindings = Parse(json)["bindings"]?.AsArray() ?? throw new FormatException("it has no bindings.");
        return bindings.Where(Triggers).ToArray() switch
        {
            [{ } http] when Is(http, "type", "httpTrigger") => Http(name, http, bindings, routePrefix),
            [{ } timer] when Is(timer, "type", "timerTrigger") => Timer(name, timer),
            [_] => throw new FormatException("only HTTP and timer triggers are imitated here."),
            _ => throw new FormatException("it needs exactly one trigger."),
        };
    }

    private static HttpFunction Http(string name, JsonNode trigger, JsonArray bindings, string routePrefix)
    {
        // The real host proxies only this pair; any other set of bindings gets the JSON envelope.
        if (bindings.Count is not 2 || !bindings.Any(binding => Is(binding, "type", "http") && Is(binding, "direction", "out")))
        {
            throw new FormatException("only one httpTrigger with one http output is proxied.");
        }

        var route = (string?)trigger["route"] ?? name;
        var methods = trigger["methods"]?.AsArray().Select(method => (string)method!) ?? [];
        return new HttpFunction(name, $"{routePrefix}/{route}".Trim('/'), [.. methods], Is(trigger, "authLevel", "anonymous"));
    }

    private static TimerFunction Timer(string name, JsonNode trigger) => new(
        name,
        (string?)trigger["name"] ?? throw new FormatException("the timer has no name."),
        (string?)trigger["schedule"] ?? throw new FormatException("the timer has no schedule."),
        (bool?)trigger["runOnStartup"] ?? false,
        (bool?)trigger["useMonitor"] ?? true);

    private static bool Triggers(JsonNode? binding) =>
        ((string?)binding?["type"])?.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase) is true;

    private static bool Is(JsonNode? binding, string key, string value) =>
        string.Equals((string?)binding?[key], value, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,127}$", RegexOptions.IgnoreCase)]
    private static partial Regex Name();
}
