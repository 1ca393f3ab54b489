using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator;
using TrainIdentity.Tests.HubEmulator;

namespace TrainIdentity.Tests.OfficialHub;

/// <summary>What a script said that drove the Hub's official client, by name.</summary>
internal sealed class OfficialClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "official-hub");

    private readonly Dictionary<string, JsonNode?> _said = [];
    private readonly string _script;

    private OfficialClient(string script, string output)
    {
        _script = script;
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var item = JsonNode.Parse(line)!;
            _said.Add((string)item["name"]!, item["value"]?.DeepClone());
        }
    }

    /// <summary>Null where the script said null.</summary>
    public JsonNode? this[string name] =>
        _said.TryGetValue(name, out var value) ? value : throw new KeyNotFoundException($"{_script} said nothing called {name}.");

    public T Get<T>(string name) => this[name].Deserialize<T>(JsonSerializerOptions.Web)!;

    /// <summary>Runs a script to its end against the emulator.</summary>
    public static async Task<OfficialClient> RunAsync(EmulatedHub hub, string script, params string[] words)
    {
        Assert.True(Directory.Exists(Path.Combine(Folder, "node_modules", "@huggingface", "hub")),
            "The official Hub client is not installed in tests/official-hub: ./dev test installs it.");
        using var process = Start(hub, script, words);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await Task.WhenAll(output, errors, process.WaitForExitAsync(patience.Token));
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        Assert.True(process.ExitCode is 0, $"{script} ended with {process.ExitCode}.\n{await errors}\nBefore that it said:\n{await output}");
        return new(script, await output);
    }

    private static Process Start(EmulatedHub hub, string script, string[] words)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("node", [script, .. words])
            {
                WorkingDirectory = Folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["HUB_URL"] = hub.Url.OriginalString, ["HUB_TOKEN"] = HubUser.Token },
            })!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("Node.js does not start: ./dev test says what is missing.", e);
        }
    }
}

/// <summary>A refusal as the official client reports it.</summary>
internal sealed record OfficialRefusal(int Status, string Message, string? RequestId);

/// <summary>An entry of a listing as the official client gives it.</summary>
internal sealed record OfficialEntry(string Type, string Oid, long Size, string Path, OfficialPointer? Lfs = null);

internal sealed record OfficialPointer(string Oid, long Size, int PointerSize);
