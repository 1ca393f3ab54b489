using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Repos;

namespace TrainIdentity.HubEmulator.Webhooks;

/// <summary>Repo changes as version 3 payloads. Every method is called under the repo's gate.</summary>
internal sealed class RepoEvents(WebhookDelivery delivery, HubAddress address)
{
    public void Created(Repo repo) => Raise(repo, "repo", "create");

    public void Deleted(Repo repo) => Raise(repo, "repo", "delete");

    /// <summary>To be called while the repo still has its old name.</summary>
    public void Moved(Repo repo, RepoKey to) => Raise(repo, "repo", "move", new()
    {
        ["movedTo"] = new JsonObject { ["name"] = to.Id, ["owner"] = new JsonObject { ["id"] = HubIds.For(to.Space) } },
    });

    public void Configured(Repo repo, bool visibilityChanged) => Raise(repo, "repo.config", "update", new()
    {
        ["updatedConfig"] = visibilityChanged ? new JsonObject { ["private"] = repo.Private } : [],
    });

    /// <summary>A null id means that the ref is new, or gone.</summary>
    public void Pushed(Repo repo, string reference, string? oldSha, string? newSha) => Raise(repo, "repo.content", "update", new()
    {
        ["updatedRefs"] = new JsonArray(new JsonObject { ["ref"] = reference, ["oldSha"] = oldSha, ["newSha"] = newSha }),
    });

    public void PullOpened(Repo repo, int number, string title, string description, string user)
    {
        var web = $"{Web(repo)}/discussions/{number}";
        var author = new JsonObject { ["id"] = HubIds.For(user) };
        var comment = HubIds.New();
        Raise(repo, "discussion", "create", new()
        {
            ["discussion"] = new JsonObject
            {
                ["id"] = HubIds.New(),
                ["num"] = number,
                ["title"] = title,
                ["status"] = "open",
                ["isPullRequest"] = true,
                ["changes"] = new JsonObject { ["base"] = Repo.Main },
                ["author"] = author,
                ["url"] = new JsonObject { ["web"] = web, ["api"] = $"{Api(repo)}/discussions/{number}" },
            },
            ["comment"] = new JsonObject
            {
                ["id"] = comment,
                ["author"] = author.DeepClone(),
                ["content"] = description,
                ["hidden"] = false,
                ["url"] = new JsonObject { ["web"] = $"{web}#{comment}" },
            },
        });
    }

    private void Raise(Repo repo, string scope, string action, JsonObject? more = null)
    {
        var payload = new JsonObject
        {
            ["event"] = new JsonObject { ["action"] = action, ["scope"] = scope },
            ["repo"] = Describe(repo, withHead: scope.StartsWith("repo", StringComparison.Ordinal)),
        };
        foreach (var (name, value) in more ?? []) payload[name] = value?.DeepClone();
        delivery.Raise(new(scope, action, repo.Key.Type, repo.Key.Id, payload));
    }

    private JsonObject Describe(Repo repo, bool withHead)
    {
        var described = new JsonObject
        {
            ["type"] = repo.Key.Type,
            ["name"] = repo.Key.Id,
            ["id"] = repo.Id,
            ["private"] = repo.Private,
            ["url"] = new JsonObject { ["web"] = Web(repo), ["api"] = Api(repo) },
            ["owner"] = new JsonObject { ["id"] = HubIds.For(repo.Key.Space) },
        };
        if (withHead) described["headSha"] = repo.Head.Sha;
        return described;
    }

    private string Web(Repo repo) => $"{address.Hub}/{repo.Key.Prefix}{repo.Key.Id}";

    private string Api(Repo repo) => $"{address.Hub}/api/{repo.Key.Type}s/{repo.Key.Id}";
}
