using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>What the Hub checks before it starts a job.</summary>
internal static class JobSpecRules
{
    private const int MaxLabelLength = 100;

    public static Refusal? Refuse(JsonObject body)
    {
        if (body.Text("dockerImage") is null == body.Text("spaceId") is null)
        {
            return Refusals.Invalid(Zod.Problem("exactly one of \"dockerImage\", \"spaceId\" is required", "dockerImage"));
        }

        if (Zod.Text(body, "flavor") is { } missing) return Refusals.Invalid(missing);
        if (!Hardware.Names.Contains(body.Text("flavor")!)) return Refusals.Invalid(Zod.Problem($"unknown flavor \"{body.Text("flavor")}\"", "flavor"));
        return RefuseTexts(body, "command") ?? RefuseTexts(body, "arguments")
            ?? RefuseMap(body, "environment") ?? RefuseMap(body, "secrets") ?? RefuseLabels(body["labels"])
            ?? RefuseNumber(body, "timeoutSeconds") ?? RefuseNumber(body, "attempts") ?? RefuseVolumes(body);
    }

    public static Refusal? RefuseLabels(JsonNode? labels)
    {
        if (labels is null) return null;
        if (labels is not JsonObject map) return Refusals.Invalid(Zod.Expected("record", labels, "labels"));
        foreach (var (name, value) in map)
        {
            if (!IsLabel(name)) return Refusals.Invalid(Zod.Problem("label keys are 1-100 characters of A-Z, a-z, 0-9, '.', '_' and '-'", $"labels.{name}"));
            if (value is not JsonValue text || !text.TryGetValue<string>(out var label) || !IsLabel(label))
            {
                return Refusals.Invalid(Zod.Problem("label values are 1-100 characters of A-Z, a-z, 0-9, '.', '_' and '-'", $"labels.{name}"));
            }
        }

        return null;
    }

    private static bool IsLabel(string text) =>
        text is { Length: > 0 and <= MaxLabelLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static Refusal? RefuseTexts(JsonObject body, string name) =>
        body[name] is null || (body[name] is JsonArray items && body.Texts(name).Count() == items.Count)
            ? null
            : Refusals.Invalid(Zod.Problem("expected array of strings", name));

    private static Refusal? RefuseMap(JsonObject body, string name) =>
        body[name] is null || (body[name] is JsonObject map && map.All(pair => map.Text(pair.Key) is not null))
            ? null
            : Refusals.Invalid(Zod.Problem("expected record of strings", name));

    private static Refusal? RefuseNumber(JsonObject body, string name) =>
        body[name] is null || body.Number(name) >= 1 ? null : Refusals.Invalid(Zod.Problem("expected a positive integer", name));

    private static Refusal? RefuseVolumes(JsonObject body)
    {
        if (body["volumes"] is null) return null;
        var fine = body["volumes"] is JsonArray volumes && body.Objects("volumes").Count() == volumes.Count
            && body.Objects("volumes").All(volume => volume.Text("type") is "bucket" or "model" or "dataset" or "space"
                && volume.Text("source") is not null && volume.Text("mountPath") is ['/', ..]);
        return fine ? null : Refusals.Invalid(Zod.Problem("invalid volume", "volumes"));
    }
}
