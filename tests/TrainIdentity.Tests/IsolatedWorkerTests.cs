using System.Text.Json.Nodes;
using TrainIdentity.Tests.Published;

namespace TrainIdentity.Tests;

/// <summary>The other head, as its build describes it to the host: the same functions at the same addresses.</summary>
public sealed class IsolatedWorkerTests(IsolatedWorker worker) : IClassFixture<IsolatedWorker>
{
    // What of a binding decides who is let in and when; names of parameters are each head's own business.
    private static readonly string[] Deciding = ["type", "authLevel", "methods", "route", "schedule", "useMonitor", "runOnStartup"];

    [Fact]
    public void Its_functions_are_those_of_the_function_files()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "functions"), "function.json", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetFileName(Path.GetDirectoryName(file))!, Json: JsonNode.Parse(File.ReadAllText(file))!));

        Assert.NotEmpty(worker.Metadata);
        Assert.Equal(files.Select(file => Described(file.Name, file.Json)).Order(StringComparer.Ordinal), worker.Metadata.Select(one => Described((string)one!["name"]!, one)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_host_file_is_the_other_one_without_the_handler()
    {
        var ours = JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "host.json")))!.AsObject();
        ours.Remove("customHandler");

        Assert.True(JsonNode.DeepEquals(ours, JsonNode.Parse(File.ReadAllText(Path.Combine(worker.Folder, "host.json")))));
        Assert.Empty(Directory.EnumerateFiles(worker.Folder, "function.json", SearchOption.AllDirectories));
    }

    [Fact]
    public void The_default_build_restores_nothing_of_it() =>
        Assert.All(["packages.lock.json", "packages.linux-x64.lock.json"], file =>
            Assert.DoesNotContain("Microsoft.Azure.Functions", File.ReadAllText(Path.Combine(Checkout.Root, "functions", file)), StringComparison.Ordinal));

    /// <summary>A timer's defaults are left out of the metadata.</summary>
    private static string Described(string name, JsonNode function)
    {
        var trigger = function["bindings"]!.AsArray().Single(binding => ((string)binding!["type"]!).EndsWith("Trigger", StringComparison.Ordinal))!;
        var said = Deciding.Select(key => (Key: key, Value: trigger[key]?.ToJsonString().ToLowerInvariant() ?? Default((string)trigger["type"]!, key))).Where(one => one.Value is not null);
        return $"{name}: {string.Join(", ", said.Select(one => $"{one.Key} {one.Value}"))}";
    }

    private static string? Default(string type, string key) => (type, key) switch
    {
        ("timerTrigger", "useMonitor") => "true",
        ("timerTrigger", "runOnStartup") => "false",
        _ => null,
    };
}

/// <summary>The build of the isolated worker, made unless it is there already.</summary>
public sealed class IsolatedWorker : IAsyncLifetime
{
    public string Folder { get; } = Path.Combine(Checkout.Root, "artifacts", "isolated", "bin", "TrainIdentity.Functions", "release");

    public JsonArray Metadata { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        await DevScript.RunAsync("isolated");
        Metadata = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "functions.metadata")))!.AsArray();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
