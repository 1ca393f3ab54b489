using System.Buffers.Binary;
using System.Text;

namespace TrainIdentity.Tests.Output;

/// <summary>A span as it came over the wire (opentelemetry-proto, trace.proto).</summary>
internal sealed record OtlpSpan(string Trace, string Id, string Parent, string Name, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Links)
{
    /// <summary>ExportTraceServiceRequest: resource_spans 1, in them scope_spans 2, in them spans 2.</summary>
    public static IEnumerable<OtlpSpan> Read(byte[] body) =>
        from resource in Fields(body).Where(field => field.Number is 1)
        from scope in Fields(resource.Bytes).Where(field => field.Number is 2)
        from span in Fields(scope.Bytes).Where(field => field.Number is 2)
        select Of([.. Fields(span.Bytes)]);

    private static OtlpSpan Of(List<(int Number, byte[] Bytes)> fields)
    {
        return new OtlpSpan(
            Hex(1), Hex(2), Hex(4), Encoding.UTF8.GetString(One(5)),
            fields.Where(field => field.Number is 9).Select(field => Tag([.. Fields(field.Bytes)])).ToDictionary(tag => tag.Key, tag => tag.Value),
            [.. fields.Where(field => field.Number is 13).Select(field => Convert.ToHexStringLower(Fields(field.Bytes).First(inner => inner.Number is 1).Bytes))]);

        byte[] One(int number) => fields.Where(field => field.Number == number).Select(field => field.Bytes).FirstOrDefault([]);
        string Hex(int number) => Convert.ToHexStringLower(One(number));
    }

    /// <summary>KeyValue: key 1, value 2; of a value only its text (AnyValue.string_value, 1) is read.</summary>
    private static KeyValuePair<string, string> Tag(List<(int Number, byte[] Bytes)> fields) => KeyValuePair.Create(
        Encoding.UTF8.GetString(fields.First(field => field.Number is 1).Bytes),
        fields.Where(field => field.Number is 2).SelectMany(field => Fields(field.Bytes)).Where(value => value.Number is 1).Select(value => Encoding.UTF8.GetString(value.Bytes)).FirstOrDefault(""));

    /// <summary>Numbers are kept as their eight bytes.</summary>
    private static IEnumerable<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    var value = new byte[8];
                    BinaryPrimitives.WriteUInt64BigEndian(value, Varint(message, ref at));
                    yield return (number, value);
                    break;
                case 1:
                    yield return (number, message[at..(at += 8)]);
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    yield return (number, message[at..(at += length)]);
                    break;
                case 5:
                    yield return (number, message[at..(at += 4)]);
                    break;
                default:
                    throw new FormatException("No field begins like that.");
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
