using System.Text.Json.Nodes;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>One flavor of machine.</summary>
/// <param name="Name">As asked for in a job.</param>
/// <param name="CentsPerHour">List price in cents of a dollar.</param>
/// <param name="Gpu">Model of the accelerator; null without one.</param>
/// <param name="Gpus">How many of them.</param>
/// <param name="GpuMemoryGb">Of all of them together.</param>
internal sealed record Flavor(string Name, int CentsPerHour, string? Gpu = null, int Gpus = 0, int GpuMemoryGb = 0)
{
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["prettyName"] = Gpu is null ? Name : $"{Gpus}x Nvidia {Gpu}",
        ["cpu"] = "8 vCPU",
        ["ram"] = "32 GB",
        ["ephemeralStorage"] = "50 GB",
        ["accelerator"] = Gpu is null ? null : new JsonObject
        {
            ["type"] = "gpu",
            ["model"] = Gpu,
            ["quantity"] = Gpus.ToString(),
            ["vram"] = $"{GpuMemoryGb} GB",
            ["manufacturer"] = "Nvidia",
        },
        ["unitCostMicroUSD"] = CentsPerHour * 10_000 / 60,
        ["unitCostUSD"] = Math.Round(CentsPerHour / 6000m, 6),
        ["unitLabel"] = "minute",
    };
}

internal static class Hardware
{
    private static readonly Flavor[] Flavors =
    [
        new("cpu-basic", 1),
        new("cpu-upgrade", 3),
        new("cpu-performance", 190),
        new("cpu-xl", 100),
        new("t4-small", 40, "T4", 1, 16),
        new("t4-medium", 60, "T4", 1, 16),
        new("l4x1", 80, "L4", 1, 24),
        new("l4x4", 380, "L4", 4, 96),
        new("l40sx1", 180, "L40S", 1, 48),
        new("l40sx4", 830, "L40S", 4, 192),
        new("l40sx8", 2350, "L40S", 8, 384),
        new("a10g-small", 100, "A10G", 1, 24),
        new("a10g-large", 150, "A10G", 1, 24),
        new("a10g-largex2", 300, "A10G", 2, 48),
        new("a10g-largex4", 500, "A10G", 4, 96),
        new("a100-large", 250, "A100", 1, 80),
        new("a100x4", 1000, "A100", 4, 320),
        new("a100x8", 2000, "A100", 8, 640),
        new("h200", 500, "H200", 1, 141),
        new("h200x2", 1000, "H200", 2, 282),
        new("h200x4", 2000, "H200", 4, 564),
        new("h200x8", 4000, "H200", 8, 1128),
        new("rtx-pro-6000", 275, "RTX PRO 6000", 1, 96),
        new("rtx-pro-6000x2", 550, "RTX PRO 6000", 2, 192),
        new("rtx-pro-6000x4", 1100, "RTX PRO 6000", 4, 384),
        new("rtx-pro-6000x8", 2200, "RTX PRO 6000", 8, 768),
    ];

    public static IReadOnlySet<string> Names { get; } = Flavors.Select(flavor => flavor.Name).ToHashSet();

    public static JsonArray ToJson() => new([.. Flavors.Select(flavor => flavor.ToJson())]);
}
