using System.Collections;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TrainIdentity.LocalHost;

/// <summary>How a handler is started: the command line of host.json and the environment the real host gives.</summary>
internal sealed partial class HandlerLaunch(HostJson host, FunctionsHostOptions options, int handlerPort, Uri hostUrl)
{
    public ProcessStartInfo Command()
    {
        var variables = Variables();
        var start = new ProcessStartInfo(host.Executable) { WorkingDirectory = host.WorkingDirectory };
        foreach (var argument in host.Arguments) start.ArgumentList.Add(Expand(argument, variables));
        start.Environment.Clear();
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return start;
    }

    /// <summary>A setting by name, as <c>%name%</c> in a schedule means it.</summary>
    public string Expand(string text) => Expand(text, Variables());

    private Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry inherited in Environment.GetEnvironmentVariables())
        {
            variables[(string)inherited.Key] = (string?)inherited.Value ?? "";
        }

        // The real host leaks its own addresses; a handler that believes them finds the port taken.
        variables["ASPNETCORE_URLS"] = hostUrl.Text();

        // A killed .NET process leaves its diagnostics pipes in the temp folder; without them it leaves nothing.
        _ = variables.TryAdd("DOTNET_EnableDiagnostics", "0");
        foreach (var (name, value) in options.Settings)
        {
            if (value is null) _ = variables.Remove(name);
            else variables[name] = value;
        }

        var workerId = Guid.NewGuid().ToString();
        variables["FUNCTIONS_CUSTOMHANDLER_PORT"] = variables["FUNCTIONS_HTTPWORKER_PORT"] = $"{handlerPort}";
        variables["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"] = variables["FUNCTIONS_HTTPWORKER_ID"] = workerId;
        variables["FUNCTIONS_APP_ROOT_PATH"] = Path.GetFullPath(options.AppFolder);
        return variables;
    }

    private static string Expand(string text, Dictionary<string, string> variables) =>
        Variable().Replace(text, match => variables.GetValueOrDefault(match.Groups[1].Value, match.Value));

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Variable();
}
