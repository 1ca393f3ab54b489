using System.Text.Json;

namespace TrainIdentity.Training;

/// <summary>
/// Whether a safetensors header describes a whole file: 8 bytes of little-endian header length, a JSON object of tensors,
/// and data that the tensors cover without gap or overlap (format description in huggingface/safetensors).
/// </summary>
public static class SafetensorsHeader
{
    public const int LengthBytes = 8;
    public const int MaxHeaderBytes = 16 << 20;

    private const int MaxDimensions = 8;

    /// <param name="fileBytes">Size of the whole file.</param>
    public static bool Describes(ReadOnlyMemory<byte> header, long fileBytes)
    {
        var dataBytes = fileBytes - LengthBytes - header.Length;
        try
        {
            using var json = JsonDocument.Parse(header);
            if (json.RootElement.ValueKind is not JsonValueKind.Object)
            {
                return false;
            }

            List<(long Begin, long End)> spans = [];
            foreach (var tensor in json.RootElement.EnumerateObject().Where(property => property.Name != "__metadata__"))
            {
                if (Span(tensor.Value) is not { } span)
                {
                    return false;
                }
                spans.Add(span);
            }
            return spans.Count > 0 && Cover(spans, dataBytes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException)
        {
            return false;
        }
    }

    private static (long Begin, long End)? Span(JsonElement tensor)
    {
        var offsets = tensor.GetProperty("data_offsets");
        var shape = tensor.GetProperty("shape");
        if (BytesPerValue(tensor.GetProperty("dtype").GetString()) is not { } width || offsets.GetArrayLength() != 2 || shape.GetArrayLength() > MaxDimensions)
        {
            return null;
        }

        var bytes = shape.EnumerateArray().Aggregate((long)width, (product, side) => checked(product * side.GetInt64()));
        var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        return begin >= 0 && end - begin == bytes && bytes > 0 ? (begin, end) : null;
    }

    private static bool Cover(List<(long Begin, long End)> spans, long dataBytes)
    {
        spans.Sort();
        var at = 0L;
        foreach (var (begin, end) in spans)
        {
            if (begin != at)
            {
                return false;
            }
            at = end;
        }
        return at == dataBytes;
    }

    private static int? BytesPerValue(string? type) => type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "F8_E4M3" or "F8_E5M2" or "I8" or "U8" or "BOOL" => 1,
        _ => null,
    };
}
