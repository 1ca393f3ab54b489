using System.Text.Json;

namespace TrainIdentity.LocalHost;

/// <summary>The Functions tools' file of settings that are never committed.</summary>
internal static class LocalSettings
{
    /// <exception cref="LocalHostException">The file is missing or not of the form <c>{"Values":{…}}</c>.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string path)
    {
        if (!File.Exists(path)) throw new LocalHostException($"{path} is missing; copy local.settings.sample.json and fill it in.");
        try
        {
            var values = FunctionJson.Parse(File.ReadAllText(path))["Values"] ?? throw new FormatException("it has no Values.");
            return values.AsObject().ToDictionary(one => one.Key, one => one.Value?.ToString());
        }
        catch (Exception reason) when (reason is JsonException or InvalidOperationException or FormatException)
        {
            throw new LocalHostException($"{path} cannot be read: {reason.Message}", reason);
        }
    }
}
