namespace TrainIdentity.Functions;

public sealed class WebhookOptions
{
    /// <summary>Hugging Face sends a few hundred bytes.</summary>
    public int MaxBodyBytes { get; set; } = 64 * 1024;

    /// <summary>Deliveries taken with one secret, and how many may come at once after a pause.</summary>
    public int PerSecond { get; set; } = 50;

    public IEnumerable<string> Faults() => new SettingBounds("Webhook").Of(MaxBodyBytes, 1024, 16 << 20).Of(PerSecond, 1, 1_000_000).Faults;
}
