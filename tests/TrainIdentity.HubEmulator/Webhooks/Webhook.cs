using System.Text.Json.Nodes;

namespace TrainIdentity.HubEmulator.Webhooks;

/// <summary>A repo (<c>model</c>, <c>dataset</c>, <c>space</c>) by id, or everything of a <c>user</c> or <c>org</c>.</summary>
internal sealed record Watched(string Type, string Name);

/// <summary>One registration, replaced as a whole when it changes.</summary>
internal sealed record Webhook
{
    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string Url { get; init; }

    public string? Secret { get; init; }

    /// <summary>Empty watches everything, which only the emulator's own options can ask for.</summary>
    public IReadOnlyList<Watched> Watched { get; init; } = [];

    public IReadOnlyList<string> Domains { get; init; } = ["repo", "discussion"];

    public bool Disabled { get; init; }

    public bool Suspended { get; init; }

    public int FailuresInARow { get; init; }

    public bool Wants(string domain, string type, string repo) =>
        !Disabled && !Suspended && Domains.Contains(domain)
        && (Watched.Count is 0 || Watched.Any(watched => watched.Type is "user" or "org"
            ? repo.StartsWith(watched.Name + "/", StringComparison.Ordinal)
            : watched.Type == type && watched.Name == repo));

    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["url"] = Url,
        ["disabled"] = Suspended ? "suspended-after-failure" : (JsonNode)Disabled,
        ["watched"] = new JsonArray([.. Watched.Select(watched =>
            new JsonObject { ["type"] = watched.Type, ["name"] = watched.Name })]),
        ["domains"] = new JsonArray([.. Domains.Select(domain => (JsonNode)domain)]),
        ["hasSecret"] = Secret is not null,
    };
}
