using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Git;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Lfs;

namespace TrainIdentity.HubEmulator.Repos;

/// <summary>A repo and its entries as the API shows them. Call under the repo's gate.</summary>
internal static class RepoDescription
{
    private static readonly Dictionary<string, Func<Repo, GitCommit, JsonNode?>> Fields =
        new()
        {
            ["author"] = (repo, _) => repo.Key.Space,
            ["cardData"] = (repo, at) => CardData.Of(repo.TextOf(at, "README.md")),
            ["config"] = (_, _) => null,
            ["createdAt"] = (repo, _) => HubTime.Format(repo.CreatedAt),
            ["disabled"] = (_, _) => false,
            ["downloads"] = (_, _) => 0,
            ["downloadsAllTime"] = (_, _) => 0,
            ["gated"] = (repo, _) => repo.Gated is { } gated ? gated : (JsonNode)false,
            ["inference"] = (_, _) => null,
            ["inferenceProviderMapping"] = (_, _) => null,
            ["lastModified"] = (_, at) => HubTime.Format(at.At),
            ["library_name"] = (repo, at) => CardData.Of(repo.TextOf(at, "README.md"))?["library_name"]?.DeepClone(),
            ["likes"] = (_, _) => 0,
            ["model-index"] = (_, _) => null,
            ["pipeline_tag"] = (repo, at) => CardData.Of(repo.TextOf(at, "README.md"))?["pipeline_tag"]?.DeepClone(),
            ["private"] = (repo, _) => repo.Private,
            ["safetensors"] = (_, _) => null,
            ["sha"] = (_, at) => at.Sha,
            ["siblings"] = (_, at) => Siblings(at, sized: false),
            ["spaces"] = (_, _) => new JsonArray(),
            ["tags"] = (repo, at) => CardData.TagsOf(repo.TextOf(at, "README.md")),
            ["transformersInfo"] = (_, _) => null,
            ["usedStorage"] = (_, at) => at.Files.Values.Sum(file => file.Size),
        };

    private static readonly string[] Usual =
    [
        "author", "sha", "private", "gated", "disabled", "createdAt", "lastModified", "downloads", "likes", "tags", "pipeline_tag",
        "library_name", "cardData", "siblings", "spaces", "usedStorage",
    ];

    public static bool IsField(string name) => Fields.ContainsKey(name);

    public static JsonObject Of(Repo repo, GitCommit at, IReadOnlyList<string> expand, bool sized)
    {
        var described = new JsonObject { ["_id"] = repo.Id, ["id"] = repo.Key.Id };
        if (repo.Key.Type is "model" && expand is []) described["modelId"] = repo.Key.Id;
        foreach (var name in expand is [] ? Usual : expand)
        {
            var value = name is "siblings" && sized ? Siblings(at, sized) : Fields[name](repo, at);
            if (value is not null) described[name] = value;
        }

        return described;
    }

    public static JsonObject File(string path, RepoFile file)
    {
        var described = new JsonObject { ["type"] = "file", ["oid"] = file.BlobSha, ["size"] = file.Size, ["path"] = path };
        if (file.Oid is { } oid)
        {
            described["lfs"] = new JsonObject { ["oid"] = oid, ["size"] = file.Size, ["pointerSize"] = LfsPointer.For(oid, file.Size).Length };
        }

        return described;
    }

    public static JsonObject Folder(string path, string oid) =>
        new() { ["type"] = "directory", ["oid"] = oid, ["size"] = 0, ["path"] = path };

    public static JsonObject WithLastCommit(this JsonObject entry, Repo repo, GitCommit at)
    {
        var last = repo.LastChange(at, (string)entry["path"]!, isFolder: (string)entry["type"]! is "directory");
        entry["lastCommit"] = new JsonObject { ["id"] = last.Sha, ["title"] = last.Title, ["date"] = HubTime.Format(last.At) };
        return entry;
    }

    private static JsonArray Siblings(GitCommit at, bool sized) => new([.. at.Files.Select(entry => Sibling(entry.Key, entry.Value, sized))]);

    private static JsonObject Sibling(string path, RepoFile file, bool sized)
    {
        var sibling = new JsonObject { ["rfilename"] = path };
        if (!sized) return sibling;
        sibling["blobId"] = file.BlobSha;
        sibling["size"] = file.Size;
        if (file.Oid is { } oid)
        {
            sibling["lfs"] = new JsonObject { ["sha256"] = oid, ["size"] = file.Size, ["pointerSize"] = LfsPointer.For(oid, file.Size).Length };
        }

        return sibling;
    }
}
