using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.HubEmulator.Webhooks;

/// <summary>Tells events out of band: one id per delivery, kept over its attempts.</summary>
internal sealed class WebhookDelivery(
    WebhookBook book, WebhookPosts posts, FaultBook faults, HubJournal journal, HubEmulatorOptions options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, bool> _underWay = [];
    private readonly Lock _gate = new();
    private readonly Stack<(Webhook Webhook, WebhookPost Post)> _shuffled = [];
    private readonly CancellationTokenSource _stop = new();

    public void Raise(HookEvent happened)
    {
        foreach (var webhook in book.All.Where(webhook => webhook.Wants(happened.Domain, happened.RepoType, happened.Repo)))
        {
            var payload = happened.Payload.DeepClone().AsObject();
            payload["webhook"] = new JsonObject { ["id"] = webhook.Id, ["version"] = 3 };
            var body = Encoding.UTF8.GetBytes(Answer.Text(payload));
            var post = new WebhookPost(Guid.NewGuid().ToString(), happened.Repo, $"{happened.Scope} {happened.Action}", body);
            if (options.WebhookShuffle > TimeSpan.Zero) Shuffle(webhook, post);
            else Track(() => DeliverAsync(webhook, post, _stop.Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_underWay.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Track(Func<Task> work)
    {
        var delivery = Task.Run(async () =>
        {
            try
            {
                await work();
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                await options.Errors.WriteLineAsync($"Hub emulator: a webhook delivery failed.\n{e}");
            }
        });
        _underWay[delivery] = true;
        _ = delivery.ContinueWith(done => _underWay.TryRemove(done, out _), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>The first of a group starts its time.</summary>
    private void Shuffle(Webhook webhook, WebhookPost post)
    {
        lock (_gate)
        {
            _shuffled.Push((webhook, post));
            if (_shuffled.Count is 1) Track(DeliverShuffledAsync);
        }
    }

    private async Task DeliverShuffledAsync()
    {
        await Task.Delay(options.WebhookShuffle, options.Clock, _stop.Token);
        List<(Webhook Webhook, WebhookPost Post)> group;
        lock (_gate)
        {
            group = [.. _shuffled];
            _shuffled.Clear();
        }

        foreach (var (webhook, post) in group) await DeliverAsync(webhook, post, _stop.Token);
    }

    private async Task DeliverAsync(Webhook webhook, WebhookPost post, CancellationToken stop)
    {
        var fault = faults.Take(RouteNames.Delivery);
        if (fault?.Kind is FaultKind.Lose) return;
        if (fault?.Kind is FaultKind.Delay) await Task.Delay(fault.Delay, options.Clock, stop);
        for (var copies = fault?.Kind is FaultKind.Duplicate ? 2 : 1; copies > 0; copies--)
        {
            var delivered = await TryAllAsync(webhook, post, stop);
            book.Settle(webhook.Id, delivered);
            if (!delivered) return;
            journal.Append(new() { Kind = JournalKinds.WebhookSent, By = Actor.Other, Repo = post.Repo, Message = post.Event });
        }
    }

    private async Task<bool> TryAllAsync(Webhook webhook, WebhookPost post, CancellationToken stop)
    {
        foreach (var wait in options.WebhookRetryDelays)
        {
            if (await TryOnceAsync(webhook, post, stop)) return true;
            await Task.Delay(wait, options.Clock, stop);
        }

        return await TryOnceAsync(webhook, post, stop);
    }

    private async Task<bool> TryOnceAsync(Webhook webhook, WebhookPost post, CancellationToken stop) =>
        await posts.SendAsync(webhook, post, stop) is >= 200 and < 300;
}
