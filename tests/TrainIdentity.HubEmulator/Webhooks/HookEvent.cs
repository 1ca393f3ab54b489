using System.Text.Json.Nodes;

namespace TrainIdentity.HubEmulator.Webhooks;

/// <summary>Something a webhook may be told.</summary>
/// <param name="Scope">Such as <c>repo.content</c>; its first word is the domain.</param>
/// <param name="Action">Such as <c>update</c>.</param>
/// <param name="RepoType">Such as <c>model</c>.</param>
/// <param name="Repo"><c>ns/name</c>.</param>
/// <param name="Payload">All but the webhook's own part.</param>
internal sealed record HookEvent(string Scope, string Action, string RepoType, string Repo, JsonObject Payload)
{
    public string Domain => Scope.Split('.')[0];
}
