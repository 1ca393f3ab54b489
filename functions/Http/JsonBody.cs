using System.Text.Json;

namespace TrainIdentity.Functions.Http;

/// <summary>A small JSON object, read strictly: no field twice, nothing after its end.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <param name="read">Gets an object.</param>
    public static async Task<(T? Read, Problem? Problem)> ReadAsync<T>(HttpRequest request, Func<JsonElement, (T?, Problem?)> read, CancellationToken stop)
        where T : class
    {
        if (!request.HasJsonContentType())
        {
            return (null, Problems.MediaType);
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, Strict, stop);
            return body.RootElement.ValueKind is JsonValueKind.Object ? read(body.RootElement) : (null, Problems.Malformed("The body must be a JSON object."));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair shows only when the text is taken out of the document.
            return (null, Problems.Malformed("The body is not well-formed JSON."));
        }
    }

    public static bool TryText(JsonElement value, out string? text)
    {
        text = value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        return text is not null;
    }

    public static Problem NotOfItsType(string field) => Problems.Malformed($"The field {field} is not of its type.");
}
