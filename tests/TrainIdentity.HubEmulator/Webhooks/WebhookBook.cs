using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrainIdentity.HubEmulator.Webhooks;

/// <summary>The webhooks, kept in one file when there is one.</summary>
internal sealed class WebhookBook
{
    /// <summary>Deliveries given up in a row after which the Hub stops calling.</summary>
    private const int FailuresBeforeSuspension = 10;

    private readonly Lock _gate = new();
    private readonly List<Webhook> _webhooks = [];
    private readonly string? _path;

    public WebhookBook(string? path)
    {
        _path = path;
        if (path is not null && File.Exists(path))
        {
            _webhooks = JsonSerializer.Deserialize(File.ReadAllBytes(path), WebhookJson.Default.ListWebhook)!;
        }
    }

    public IReadOnlyList<Webhook> All
    {
        get
        {
            lock (_gate) return [.. _webhooks];
        }
    }

    public Webhook? Find(string id, string owner)
    {
        lock (_gate) return _webhooks.Find(webhook => webhook.Id == id && webhook.Owner == owner);
    }

    /// <summary>Adds it, or replaces the one with its id.</summary>
    public void Put(Webhook webhook)
    {
        lock (_gate)
        {
            _ = _webhooks.RemoveAll(old => old.Id == webhook.Id);
            _webhooks.Add(webhook);
            Save();
        }
    }

    public void Remove(string id)
    {
        lock (_gate)
        {
            _ = _webhooks.RemoveAll(webhook => webhook.Id == id);
            Save();
        }
    }

    public void Settle(string id, bool delivered)
    {
        lock (_gate)
        {
            var at = _webhooks.FindIndex(webhook => webhook.Id == id);
            if (at < 0) return;
            var failures = delivered ? 0 : _webhooks[at].FailuresInARow + 1;
            if (failures == _webhooks[at].FailuresInARow) return;
            _webhooks[at] = _webhooks[at] with { FailuresInARow = failures, Suspended = failures >= FailuresBeforeSuspension };
            Save();
        }
    }

    /// <remarks>One that watches everything comes with the options, at each start anew.</remarks>
    private void Save()
    {
        if (_path is null) return;
        var kept = _webhooks.FindAll(webhook => webhook.Watched.Count > 0);
        File.WriteAllBytes(_path, JsonSerializer.SerializeToUtf8Bytes(kept, WebhookJson.Default.ListWebhook));
    }
}

[JsonSerializable(typeof(List<Webhook>))]
internal sealed partial class WebhookJson : JsonSerializerContext;
