using System.Net.Http.Headers;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Webhooks;

/// <summary>What is to be told to a webhook.</summary>
/// <param name="DeliveryId">Kept over all attempts, copies and replays.</param>
/// <param name="Repo"><c>ns/name</c>.</param>
/// <param name="Event">Scope and action.</param>
/// <param name="Body">The payload as sent.</param>
internal sealed record WebhookPost(string DeliveryId, string Repo, string Event, byte[] Body);

/// <summary>Makes single calls and keeps a record of them.</summary>
internal sealed class WebhookPosts(DeliveryLog log, HubEmulatorOptions options) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <returns>What the receiver answered; null when it did not, or not in time.</returns>
    public async Task<int?> SendAsync(Webhook webhook, WebhookPost post, CancellationToken stop)
    {
        var status = await AskAsync(webhook, post, stop);
        log.Add(new(HubIds.New(), webhook.Id, post.DeliveryId, post.Repo, post.Event, status) { Body = post.Body });
        return status;
    }

    public void Dispose() => _http.Dispose();

    private async Task<int?> AskAsync(Webhook webhook, WebhookPost post, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(options.WebhookTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(post.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Webhook-Id", post.DeliveryId);
        if (webhook.Secret is not null) _ = request.Headers.TryAddWithoutValidation("X-Webhook-Secret", webhook.Secret);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }
}
