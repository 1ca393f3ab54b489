using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>Services that learn nothing but from webhooks a test sends: one for each set of settings.</summary>
public sealed class WebhookRigs(Tables tables) : IAsyncLifetime
{
    private readonly Dictionary<string, ServiceRig> _rigs = [];

    public async Task<ServiceRig> WithAsync(IReadOnlyDictionary<string, string>? settings)
    {
        var name = string.Join(';', settings ?? new Dictionary<string, string>());
        if (!_rigs.TryGetValue(name, out var rig))
        {
            _rigs[name] = rig = await StartAsync(settings);
        }
        return rig;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var rig in _rigs.Values)
        {
            await rig.DisposeAsync();
        }
    }

    private Task<ServiceRig> StartAsync(IReadOnlyDictionary<string, string>? settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["HUGGINGFACE_WEBHOOK_SECRET_PREVIOUS"] = WebhookSend.Previous,
            ["Watch__First"] = "01:00:00",
            ["Watch__Longest"] = "01:00:00",
            ["Watch__MissingFor"] = "00:00:01",
            ["Training__ResultGrace"] = "00:10:00",
            ["Webhook__PerSecond"] = "100000",

            // All cases together are more than the timer may ask of a free account.
            ["Hub__CallsPerFiveMinutes"] = "100000",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            all[name] = value != "DEAD" ? value
                : $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=AAAA;TableEndpoint=http://127.0.0.1:{Ports.Free()}/devstoreaccount1;";
        }
        return ServiceRig.StartAsync(tables, all, hub => hub with { Webhook = null });
    }
}
