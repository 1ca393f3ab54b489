using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator;

/// <summary>The options as words of a command line.</summary>
internal static class CommandLine
{
    /// <summary>Null with one line that says what is wrong.</summary>
    public static HubEmulatorOptions? Parse(IReadOnlyList<string> words, out string error)
    {
        var options = new HubEmulatorOptions();
        error = "";
        for (var n = 0; n < words.Count; n += 2)
        {
            if (n + 1 == words.Count) return Fail($"{words[n]} needs a value, or is unknown.", out error);
            if (Apply(options, words[n], words[n + 1]) is not { } more) return Fail($"Not understood: {words[n]} {words[n + 1]}", out error);
            options = more;
        }

        return options;
    }

    private static HubEmulatorOptions? Apply(HubEmulatorOptions options, string name, string value) => name switch
    {
        "--port" when ushort.TryParse(value, out var port) => options with { Port = port },
        "--token" => options with { Token = value },
        "--user" => options with { User = value },
        "--runner-token" => options with { RunnerToken = value },
        "--data" => options with { DataFolder = value },
        "--webhook" when Uri.TryCreate(value, UriKind.Absolute, out var url) => options with { Webhook = url },
        "--webhook-secret" => options with { WebhookSecret = value },
        "--webhook-shuffle" when uint.TryParse(value, out var milliseconds) =>
            options with { WebhookShuffle = TimeSpan.FromMilliseconds(milliseconds) },
        "--latency" when uint.TryParse(value, out var milliseconds) => options with { Latency = TimeSpan.FromMilliseconds(milliseconds) },
        "--storage-rate" when uint.TryParse(value, out var bytes) && bytes > 0 => options with { StorageBytesPerSecond = bytes },
        "--parts-over" when long.TryParse(value, out var bytes) && bytes > 0 => options with { MultipartThresholdBytes = bytes },
        "--tags" when value is "md5" or "sha256" => options with { Md5Tags = value is "md5" },
        "--downloads" when value is "direct" or "redirect" => options with { RedirectDownloads = value is "redirect" },
        "--rate-limits" when Read(value, RateLimitsJson.Default.RateLimits) is { } limits => options with { RateLimits = limits },
        "--fault" when Read(value, FaultJson.Default.Fault) is { } fault && FaultRules.Refuse(fault) is null =>
            options with { Faults = [.. options.Faults, fault] },
        _ => null,
    };

    private static T? Read<T>(string json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static HubEmulatorOptions? Fail(string line, out string error)
    {
        error = line;
        return null;
    }
}
