using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>One row as one line of JSON. What JSON has no type for says it in a member of its own, as the Table service does ("Payload format for Table service operations").</summary>
internal static class RowText
{
    private const string Type = "@odata.type";

    /// <summary>The service's own, and never written.</summary>
    private static readonly string[] Own = ["odata.etag", "Timestamp"];

    public static string Write(TableEntity row)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var (name, value) in row.Where(column => column.Value is not null && !Own.Contains(column.Key)))
            {
                Write(json, name, value);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    public static TableEntity Read(JsonElement line)
    {
        var row = new TableEntity();
        foreach (var member in line.EnumerateObject().Where(member => !member.Name.EndsWith(Type, StringComparison.Ordinal)))
        {
            row[member.Name] = Value(member.Value, line.TryGetProperty(member.Name + Type, out var type) ? type.GetString() : null);
        }
        return row;
    }

    private static void Write(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case string text:
                json.WriteString(name, text);
                break;
            case bool yes:
                json.WriteBoolean(name, yes);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            default:
                var (type, written) = Typed(value);
                json.WriteString(name + Type, type);
                json.WriteString(name, written);
                break;
        }
    }

    private static (string Type, string Text) Typed(object value) => value switch
    {
        long number => ("Edm.Int64", number.ToString(CultureInfo.InvariantCulture)),
        double number => ("Edm.Double", number.ToString("R", CultureInfo.InvariantCulture)),
        DateTimeOffset time => ("Edm.DateTime", time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
        Guid id => ("Edm.Guid", id.ToString()),
        byte[] bytes => ("Edm.Binary", Convert.ToBase64String(bytes)),
        _ => throw new InvalidOperationException($"No row of ours holds a {value.GetType().Name}."),
    };

    private static object Value(JsonElement value, string? type) => type switch
    {
        "Edm.Int64" => long.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        "Edm.Double" => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        "Edm.DateTime" => DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        "Edm.Guid" => value.GetGuid(),
        "Edm.Binary" => value.GetBytesFromBase64(),
        null => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
            JsonValueKind.Number => value.GetInt32(),
            _ => throw new JsonException("A row has texts, numbers and yes or no."),
        },
        _ => throw new JsonException($"{type} is no type of a row."),
    };
}
