using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.HubEmulator.Webhooks;

/// <summary>Posts events out of band: one id per delivery, kept over its attempts.</summary>
internal sealed class WebhookDelivery(WebhookBook book, FaultBook faults, HubJournal journal, HubEmulatorOptions options) : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentDictionary<Task, bool> _underWay = [];
    private readonly CancellationTokenSource _stop = new();

    public void Raise(HookEvent happened)
    {
        foreach (var webhook in book.All.Where(webhook => webhook.Wants(happened.Domain, happened.RepoType, happened.Repo)))
        {
            var payload = happened.Payload.DeepClone().AsObject();
            payload["webhook"] = new JsonObject { ["id"] = webhook.Id, ["version"] = 3 };
            Track(Task.Run(() => DeliverAsync(webhook, happened, Encoding.UTF8.GetBytes(Answer.Text(payload)), _stop.Token)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_underWay.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stop.Dispose();
    }

    private void Track(Task delivery)
    {
        _underWay[delivery] = true;
        _ = delivery.ContinueWith(done => _underWay.TryRemove(done, out _), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task DeliverAsync(Webhook webhook, HookEvent happened, byte[] body, CancellationToken stop)
    {
        var fault = faults.Take(RouteNames.Delivery);
        if (fault?.Kind is FaultKind.Lose) return;
        if (fault?.Kind is FaultKind.Delay) await Task.Delay(fault.Delay, options.Clock, stop);
        var id = Guid.NewGuid().ToString();
        for (var copies = fault?.Kind is FaultKind.Duplicate ? 2 : 1; copies > 0; copies--)
        {
            var delivered = await TryAllAsync(webhook, id, body, stop);
            book.Settle(webhook.Id, delivered);
            if (!delivered) return;
            journal.Append(new()
            {
                Kind = JournalKinds.WebhookSent,
                By = Actor.Other,
                Repo = happened.Repo,
                Message = $"{happened.Scope} {happened.Action}",
            });
        }
    }

    private async Task<bool> TryAllAsync(Webhook webhook, string id, byte[] body, CancellationToken stop)
    {
        foreach (var wait in options.WebhookRetryDelays)
        {
            if (await TryOnceAsync(webhook, id, body, stop)) return true;
            await Task.Delay(wait, options.Clock, stop);
        }

        return await TryOnceAsync(webhook, id, body, stop);
    }

    private async Task<bool> TryOnceAsync(Webhook webhook, string id, byte[] body, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(options.WebhookTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Webhook-Id", id);
        if (webhook.Secret is not null) _ = request.Headers.TryAddWithoutValidation("X-Webhook-Secret", webhook.Secret);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
