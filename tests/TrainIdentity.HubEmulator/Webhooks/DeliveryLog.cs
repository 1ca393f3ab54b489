using System.Text.Json.Serialization;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Webhooks;

/// <summary>One call of a webhook.</summary>
/// <param name="Id">24 hex characters, by which it can be replayed.</param>
/// <param name="WebhookId">Whose it was.</param>
/// <param name="DeliveryId">What was sent as <c>Webhook-Id</c>: the same over all attempts and replays.</param>
/// <param name="Repo"><c>ns/name</c>.</param>
/// <param name="Event">Scope and action.</param>
/// <param name="Status">What the receiver answered; null when it did not.</param>
public sealed record DeliveryAttempt(string Id, string WebhookId, string DeliveryId, string Repo, string Event, int? Status)
{
    [JsonIgnore]
    internal byte[] Body { get; init; } = [];
}

/// <summary>The latest attempts.</summary>
internal sealed class DeliveryLog
{
    private const int MaxAttempts = 1000;

    private readonly Lock _gate = new();
    private readonly List<DeliveryAttempt> _attempts = [];

    public IReadOnlyList<DeliveryAttempt> All
    {
        get
        {
            lock (_gate) return [.. _attempts];
        }
    }

    public DeliveryAttempt? Find(string id, string webhookId)
    {
        lock (_gate) return _attempts.Find(attempt => attempt.Id == id && attempt.WebhookId == webhookId);
    }

    public void Add(DeliveryAttempt attempt)
    {
        lock (_gate)
        {
            _attempts.Add(attempt);
            if (_attempts.Count > MaxAttempts) _attempts.RemoveAt(0);
        }
    }
}

internal static class DeliveryRoutes
{
    public static void MapDeliveryRoutes(this IEndpointRouteBuilder routes) => routes.MapGet("/_emulator/deliveries", (DeliveryLog log) =>
        TypedResults.Json(log.All, DeliveryJson.Default.IReadOnlyListDeliveryAttempt));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<DeliveryAttempt>))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
