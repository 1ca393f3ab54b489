using System.Text.Json;

namespace TrainIdentity.LocalHost;

/// <summary>An app as the host sees it before it starts it: host.json and the functions, in the order that decides.</summary>
public sealed record FunctionsApp(HostJson Host, IReadOnlyList<HttpFunction> Http, IReadOnlyList<TimerFunction> Timers)
{
    /// <param name="log">Told of each function.json that cannot be used; the app goes on without it.</param>
    /// <exception cref="LocalHostException">host.json cannot be used.</exception>
    public static FunctionsApp Read(string appFolder, Action<string> log)
    {
        var host = HostJson.Read(appFolder);
        var functions = Directory.EnumerateDirectories(appFolder)
            .Where(folder => File.Exists(Path.Combine(folder, "function.json")))
            .OrderBy(folder => Path.GetFileName(folder), StringComparer.Ordinal)
            .Select(folder => ReadFunction(folder, host.RoutePrefix, log))
            .ToArray();
        return new FunctionsApp(host, [.. functions.OfType<HttpFunction>()], [.. functions.OfType<TimerFunction>()]);
    }

    /// <returns>The first function in folder order, however specific a later one is; null when none takes the call.</returns>
    public HttpFunction? Find(string method, PathString path) => Http.FirstOrDefault(function => function.Answers(method, path));

    private static object? ReadFunction(string folder, string routePrefix, Action<string> log)
    {
        try
        {
            return FunctionJson.Read(Path.GetFileName(folder), File.ReadAllText(Path.Combine(folder, "function.json")), routePrefix);
        }
        catch (Exception reason) when (reason is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            log($"{Path.GetFileName(folder)}/function.json is left out: {reason.Message}");
            return null;
        }
    }
}
