using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace TrainIdentity.Auth;

/// <summary>JSON of which no two readers can think differently: one object, real UTF-8, no member twice at any depth.</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Rules = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    public static bool TryRead(ReadOnlySpan<byte> utf8, out JsonElement found)
    {
        found = default;
        try
        {
            return Utf8.IsValid(utf8) && (found = JsonElement.Parse(utf8, Rules)).ValueKind is JsonValueKind.Object;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is a name with half a surrogate pair in it.
            return false;
        }
    }

    /// <returns>False for anything but a text, and for a text that is not Unicode.</returns>
    public static bool TryText(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (value.ValueKind is not JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape.
            return false;
        }
    }

    public static bool TryText(JsonElement from, string name, [NotNullWhen(true)] out string? text)
    {
        text = null;
        return from.TryGetProperty(name, out var value) && TryText(value, out text);
    }
}
