using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.LocalHost;

/// <summary>A folder that looks like a built Functions app, whose handler is the echo handler.</summary>
internal sealed class EchoApp : IDisposable
{
    public const string AllMethods = """["get","head","post","put","patch","delete","options"]""";

    public EchoApp(string functionTimeout = "00:05:00", string routePrefix = "")
    {
        _ = Directory.CreateDirectory(Folder);
        var executable = Path.Combine(AppContext.BaseDirectory, "TrainIdentity.LocalHost");
        File.WriteAllText(Path.Combine(Folder, "host.json"), $$"""
            {
              "version": "2.0",
              "functionTimeout": "{{functionTimeout}}",
              "extensions": { "http": { "routePrefix": "{{routePrefix}}" } },
              "customHandler": {
                "description": { "defaultExecutablePath": "{{executable}}", "arguments": ["echo-handler"] },
                "enableProxyingHttpRequest": true
              }
            }
            """);
        AddHttp("echo", "api/echo/{*rest}");
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"echo-app-{Guid.NewGuid():N}");

    /// <summary>Written by the handler when it holds a call.</summary>
    public string HeldFile => Path.Combine(Folder, "held");

    /// <summary>Writing it lets the handler go on.</summary>
    public string OpenFile => Path.Combine(Folder, "open");

    public EchoApp AddHttp(string name, string route, string methods = AllMethods, string authLevel = "anonymous") => AddFunction(name, $$"""
        {
          "bindings": [
            { "type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "{{authLevel}}", "methods": {{methods}}, "route": "{{route}}" },
            { "type": "http", "direction": "out", "name": "res" }
          ]
        }
        """);

    public EchoApp AddTimer(string name, string schedule = "0 0 0 1 1 *") => AddFunction(name, $$"""
        { "bindings": [{ "type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "{{schedule}}" }] }
        """);

    public EchoApp AddFunction(string name, string json)
    {
        _ = Directory.CreateDirectory(Path.Combine(Folder, name));
        File.WriteAllText(Path.Combine(Folder, name, "function.json"), json);
        return this;
    }

    /// <param name="change">What differs from the host as ./dev run starts it.</param>
    public async Task<FunctionsHost> StartAsync(
        Func<FunctionsHostOptions, FunctionsHostOptions>? change = null, params (string Name, string? Value)[] settings)
    {
        var stop = TestContext.Current.CancellationToken;
        var options = new FunctionsHostOptions
        {
            AppFolder = Folder,
            Log = line => TestContext.Current.TestOutputHelper?.WriteLine(line),
            Settings = settings.Append(("ECHO_FOLDER", Folder)).ToDictionary(one => one.Item1, one => one.Item2),
        };
        return await FunctionsHost.StartAsync(change is null ? options : change(options), stop);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
