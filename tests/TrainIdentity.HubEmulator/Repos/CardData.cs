using System.Text.Json.Nodes;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>The front matter of a model card, as far as cards are flat: scalars and lists of scalars.</summary>
internal static class CardData
{
    public static JsonObject? Of(string readme)
    {
        var lines = readme.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        var end = lines is ["---", ..] ? Array.IndexOf(lines, "---", 1) : -1;
        if (end < 0) return null;

        var card = new JsonObject();
        JsonArray? list = null;
        foreach (var line in lines[1..end])
        {
            if (line.TrimStart() is ['-', ' ', .. var item] && list is not null) list.Add(Scalar(item));
            else if (line.Split(':', 2) is [{ Length: > 0 } name, var value] && !char.IsWhiteSpace(name[0]))
            {
                list = value.Trim() is "" ? [] : null;
                card[name] = list ?? Value(value.Trim());
            }
        }

        return card;
    }

    public static JsonArray TagsOf(string readme)
    {
        var card = Of(readme) ?? [];
        var tags = new JsonArray([.. (card["tags"] as JsonArray ?? []).Select(tag => tag?.DeepClone())]);
        if (card["library_name"] is { } library) tags.Add(library.DeepClone());
        if (card["base_model"] is JsonValue model) tags.Add($"base_model:{model}");
        if (card["license"] is JsonValue license) tags.Add($"license:{license}");
        tags.Add("region:us");
        return tags;
    }

    private static JsonNode Value(string text) => text is ['[', .. var items, ']']
        ? new JsonArray([.. items.Split(',').Select(item => Scalar(item))])
        : Scalar(text);

    private static JsonNode Scalar(string text) => text.Trim() switch
    {
        "true" => true,
        "false" => false,
        ['"', .. var inner, '"'] => inner,
        ['\'', .. var inner, '\''] => inner,
        var plain => plain,
    };
}
