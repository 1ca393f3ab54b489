using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>What a job was asked to be.</summary>
internal sealed record JobSpec
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    public string? DockerImage { get; init; }

    public string? SpaceId { get; init; }

    public IReadOnlyList<string> Command { get; init; } = [];

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    public required string Flavor { get; init; }

    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public JsonArray Volumes { get; init; } = [];

    /// <summary>Call once <see cref="JobSpecRules"/> has nothing to object.</summary>
    public static JobSpec Read(JsonObject body) => new()
    {
        DockerImage = body.Text("dockerImage"),
        SpaceId = body.Text("spaceId"),
        Command = [.. body.Texts("command")],
        Arguments = [.. body.Texts("arguments")],
        Environment = Map(body["environment"]),
        Secrets = Map(body["secrets"]),
        Flavor = body.Text("flavor")!,
        Timeout = body.Number("timeoutSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultTimeout,
        Labels = Map(body["labels"]),
        Volumes = body["volumes"]?.DeepClone() as JsonArray ?? [],
    };

    /// <summary>As shown, with the names of the secrets only.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode?>> ToJson(IReadOnlyDictionary<string, string> labels) =>
    [
        new("dockerImage", DockerImage),
        new("spaceId", SpaceId),
        new("command", Texts(Command)),
        new("arguments", Texts(Arguments)),
        new("environment", Map(Environment)),
        new("secrets", Texts(Secrets.Keys)),
        new("flavor", Flavor),
        new("timeout", (long)Timeout.TotalSeconds),
        new("labels", Map(labels)),
        new("volumes", Volumes.DeepClone()),
    ];

    public static Dictionary<string, string> Map(JsonNode? node) =>
        (node as JsonObject ?? []).ToDictionary(pair => pair.Key, pair => (string)pair.Value!, StringComparer.Ordinal);

    private static JsonArray Texts(IEnumerable<string> items) => new([.. items.Select(item => (JsonNode)item)]);

    private static JsonObject Map(IReadOnlyDictionary<string, string> map) =>
        new(map.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
