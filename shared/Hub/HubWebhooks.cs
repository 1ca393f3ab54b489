using System.Net;

namespace TrainIdentity.Hub;

/// <param name="Disabled">Also when the Hub suspended it after failed deliveries.</param>
public sealed record HubWebhook(string Id, string Url, bool Disabled, IReadOnlyList<string> Watched, IReadOnlyList<string> Domains);

/// <summary>The account's webhooks. The Hub never gives a secret back, so what cannot be compared is written again.</summary>
public sealed class HubWebhooks(HubHttp http)
{
    private const string Address = "/api/settings/webhooks";

    public async Task<IReadOnlyList<HubWebhook>> ListAsync(CancellationToken stop) =>
        [.. (await http.JsonAsync(new HubCall("webhooks.list", HttpMethod.Get, Address), HubJson.Default.ListHubWebhookAnswer, stop)).Select(Known)];

    /// <param name="watched">A user or an organisation, all of whose repos are watched.</param>
    public async Task<HubWebhook> CreateAsync(Uri url, string secret, string watched, bool organisation, CancellationToken stop) =>
        Known((await WriteAsync("webhooks.create", Address, Body(url, secret, watched, organisation), tries: 1, stop)).Webhook);

    /// <summary>Writes the whole wished state; the same again changes nothing.</summary>
    public async Task<HubWebhook> UpdateAsync(string id, Uri url, string secret, string watched, bool organisation, CancellationToken stop) =>
        Known((await WriteAsync("webhooks.update", $"{Address}/{id}", Body(url, secret, watched, organisation), tries: 5, stop)).Webhook);

    public async Task<HubWebhook> EnableAsync(string id, CancellationToken stop) =>
        Known((await WriteAsync("webhooks.enable", $"{Address}/{id}/enable", null, tries: 5, stop)).Webhook);

    private Task<WebhookEnvelope> WriteAsync(string name, string path, WebhookBody? body, int tries, CancellationToken stop) =>
        http.JsonAsync(new HubCall(name, HttpMethod.Post, path)
        {
            Body = body is null ? null : HubContent.Json(body, HubJson.Default.WebhookBody),
            Tries = tries,
            PerTry = TimeSpan.FromSeconds(30),
        }, HubJson.Default.WebhookEnvelope, stop);

    private static WebhookBody Body(Uri url, string secret, string watched, bool organisation) =>
        new([new WebhookWatched(organisation ? "org" : "user", watched)], ["repo"], url.AbsoluteUri, secret);

    private static HubWebhook Known(HubWebhookAnswer? answer) => answer is { Id: { Length: > 0 } id }
        ? new HubWebhook(
            id, answer.Url ?? "", answer.Disabled.ValueKind is not (System.Text.Json.JsonValueKind.False or System.Text.Json.JsonValueKind.Undefined),
            [.. (answer.Watched ?? []).Select(one => one?.Name ?? "")], answer.Domains ?? [])
        : throw new HubException(HubFault.BadResponse, "webhooks", "a webhook lacks its id") { Status = HttpStatusCode.OK };
}
