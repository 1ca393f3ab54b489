using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Journal;

internal sealed class ActorNames() : JsonStringEnumConverter<Actor>(JsonNamingPolicy.CamelCase);

internal sealed class UtcTimes : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.Parse(reader.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(HubTime.Format(value));
}
