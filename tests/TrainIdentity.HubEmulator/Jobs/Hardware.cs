using System.Text.Json.Nodes;

namespace TrainIdentity.HubEmulator.Jobs;

/// <summary>Flavors and their list price in cents of a dollar per hour.</summary>
internal static class Hardware
{
    private static readonly IReadOnlyDictionary<string, int> CentsPerHour = new Dictionary<string, int>
    {
        ["cpu-basic"] = 1,
        ["cpu-upgrade"] = 3,
        ["cpu-performance"] = 190,
        ["cpu-xl"] = 100,
        ["t4-small"] = 40,
        ["t4-medium"] = 60,
        ["l4x1"] = 80,
        ["l4x4"] = 380,
        ["l40sx1"] = 180,
        ["l40sx4"] = 830,
        ["l40sx8"] = 2350,
        ["a10g-small"] = 100,
        ["a10g-large"] = 150,
        ["a10g-largex2"] = 300,
        ["a10g-largex4"] = 500,
        ["a100-large"] = 250,
        ["a100x4"] = 1000,
        ["a100x8"] = 2000,
        ["h200"] = 500,
        ["h200x2"] = 1000,
        ["h200x4"] = 2000,
        ["h200x8"] = 4000,
        ["rtx-pro-6000"] = 275,
        ["rtx-pro-6000x2"] = 550,
        ["rtx-pro-6000x4"] = 1100,
        ["rtx-pro-6000x8"] = 2200,
    };

    public static IReadOnlySet<string> Names { get; } = CentsPerHour.Keys.ToHashSet();

    public static JsonArray ToJson() => new([.. CentsPerHour.Select(pair => new JsonObject
    {
        ["name"] = pair.Key,
        ["prettyName"] = pair.Key,
        ["cpu"] = "8 vCPU",
        ["ram"] = "32 GB",
        ["ephemeralStorage"] = "50 GB",
        ["accelerator"] = null,
        ["unitCostMicroUSD"] = pair.Value * 10_000 / 60,
        ["unitCostUSD"] = Math.Round(pair.Value / 6000m, 6),
        ["unitLabel"] = "minute",
    })]);
}
