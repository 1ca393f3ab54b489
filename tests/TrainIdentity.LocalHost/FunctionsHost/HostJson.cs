using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainIdentity.LocalHost;

/// <summary>What the stand-in reads of host.json, with the real host's defaults.</summary>
public sealed record HostJson
{
    private static readonly TimeSpan DefaultFunctionTimeout = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan DefaultInitializationTimeout = TimeSpan.FromSeconds(30);

    public required string Executable { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required string WorkingDirectory { get; init; }

    public required string RoutePrefix { get; init; }

    public required TimeSpan FunctionTimeout { get; init; }

    public required TimeSpan InitializationTimeout { get; init; }

    /// <exception cref="LocalHostException">The file is missing, or says something this host does not imitate.</exception>
    public static HostJson Read(string appFolder)
    {
        var path = Path.Combine(appFolder, "host.json");
        if (!File.Exists(path)) throw new LocalHostException($"{appFolder} holds no host.json.");
        try
        {
            return Read(appFolder, FunctionJson.Parse(File.ReadAllText(path)));
        }
        catch (Exception reason) when (reason is JsonException or InvalidOperationException or FormatException)
        {
            throw new LocalHostException($"{path} is not a host.json: {reason.Message}", reason);
        }
    }

    private static HostJson Read(string appFolder, JsonNode root)
    {
        if ((string?)root["version"] is not "2.0") throw new FormatException("version must be \"2.0\".");
        var handler = root["customHandler"];
        if (handler is null || (bool?)handler["enableProxyingHttpRequest"] is not true)
        {
            throw new FormatException("customHandler.enableProxyingHttpRequest must be true; nothing else is imitated here.");
        }

        var description = handler["description"] ?? throw new FormatException("customHandler.description is missing.");
        var executable = (string?)description["defaultExecutablePath"]
            ?? throw new FormatException("customHandler.description.defaultExecutablePath is missing.");
        return new HostJson
        {
            Executable = InFolder(appFolder, Environment.ExpandEnvironmentVariables(executable)),
            Arguments = [.. (description["arguments"]?.AsArray() ?? []).Select(argument => (string)argument!)],
            WorkingDirectory = Path.Combine(appFolder, (string?)description["workingDirectory"] ?? ""),
            RoutePrefix = (string?)root["extensions"]?["http"]?["routePrefix"] ?? "api",
            FunctionTimeout = Time(root["functionTimeout"], DefaultFunctionTimeout),
            InitializationTimeout = Time(handler["initializationTimeout"], DefaultInitializationTimeout),
        };
    }

    // A name that is no file of the app is left to PATH.
    private static string InFolder(string appFolder, string executable) =>
        Path.Combine(appFolder, executable) is var own && File.Exists(own) ? own : executable;

    private static TimeSpan Time(JsonNode? value, TimeSpan otherwise) => (string?)value switch
    {
        null => otherwise,
        "-1" => Timeout.InfiniteTimeSpan,
        var text => TimeSpan.Parse(text),
    };
}
