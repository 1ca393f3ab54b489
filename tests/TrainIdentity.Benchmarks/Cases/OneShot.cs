using static TrainIdentity.Benchmarks.Report;

namespace TrainIdentity.Benchmarks;

/// <summary>
/// One request with all photos, against what the original did with the same bytes. Each run has a fresh process, whose first
/// request it is; the Hub is one for all, and both sides have warmed it before anything is counted.
/// </summary>
internal static class OneShot
{
    private const string Ours = "json";
    private const string Form = "multipart";
    private const string Original = "original";

    private static readonly (int Count, int Megabytes, int Times)[] Sizes = [(3, 20, 5), (10, 2, 7), (40, 5, 17), (40, 9, 7), (40, 20, 3)];

    public static async Task RunAsync(Bench bench)
    {
        await using var hub = await bench.Theatre.HubAsync();
        using (var warm = UploadSet.Make(bench.Theatre, 3, 1)) await RoundAsync(bench.Theatre, hub, warm, NewRuns());
        var rows = new List<IReadOnlyList<string>>();
        var peaks = new Dictionary<string, double>();
        foreach (var (count, megabytes, times) in bench.Trial ? [(3, 1, 1)] : Sizes)
        {
            using var set = UploadSet.Make(bench.Theatre, count, megabytes);
            var runs = NewRuns();
            for (var n = 0; n < bench.Times(times); n++) await RoundAsync(bench.Theatre, hub, set, runs);
            foreach (var (who, samples) in runs)
            {
                rows.Add(Row(set.Name, who, samples, runs[Original]));
            }
            peaks[set.Name] = new[] { Ours, Form }.Max(who => Of(runs[who], one => one.PeakMiB).Median);
            Require(bench, set, runs);
        }

        bench.Report.Add("one-shot", ["Photos", "by", "answer", "wall s", "CPU s", "peak MiB", "wall / original", "CPU / original"], rows);
        foreach (var (size, peak) in peaks)
        {
            bench.Require($"peak memory at {size}, MiB", peak, 95, 90);
        }
        if (!bench.Trial)
        {
            bench.Require("peak memory at 40x20 / at 3x20", peaks["40x20"] / peaks["3x20"], 1.05);
        }
    }

    private static Dictionary<string, List<Sample>> NewRuns() => new() { [Ours] = [], [Form] = [], [Original] = [] };

    private static async Task RoundAsync(Theatre theatre, HubProcess hub, UploadSet set, Dictionary<string, List<Sample>> runs)
    {
        runs[Original].Add(await OriginalAsync(theatre, hub, set));
        runs[Ours].Add(await OursAsync(theatre, hub, UploadSet.Json(set)));
        runs[Form].Add(await OursAsync(theatre, hub, UploadSet.Multipart(set)));
    }

    private static void Require(Bench bench, UploadSet set, Dictionary<string, List<Sample>> runs)
    {
        bench.Require($"uploads of {set.Name} that did not complete", runs[Ours].Concat(runs[Form]).Count(one => one.Status is not 200), 0);
        if (set.Name is "40x5" or "40x9")
        {
            bench.Require($"wall of {set.Name} / original", Of(runs[Ours], one => one.Wall).Over(Of(runs[Original], one => one.Wall)), 0.35, 0.22);
            bench.Require($"CPU of {set.Name} / original", Of(runs[Ours], one => one.Cpu).Over(Of(runs[Original], one => one.Cpu)), 0.36, 0.25);
        }
    }

    private static async Task<Sample> OursAsync(Theatre theatre, HubProcess hub, (string Type, string File) body)
    {
        await hub.ClearAsync();
        await using var service = await theatre.ServiceAsync(hub);
        return await SampleAsync(service.Process, () => Caller.SendAsync("POST", new Uri(service.Url, "/api/train-identity"), theatre.Issuer.Token($"one-shot-{Guid.NewGuid():N}"), body.Type, body.File));
    }

    private static async Task<Sample> OriginalAsync(Theatre theatre, HubProcess hub, UploadSet set)
    {
        await hub.ClearAsync();
        await using var original = await OriginalProcess.StartAsync(theatre, hub);
        var (type, file) = UploadSet.Json(set);
        return await SampleAsync(original.Process, () => Caller.SendAsync("POST", original.Url, null, type, file));
    }

    private static async Task<Sample> SampleAsync(Child process, Func<Task<Reply>> send)
    {
        var before = process.CpuSeconds;
        var reply = await send();
        return new Sample(reply.Status, reply.Seconds, process.CpuSeconds - before, process.PeakMiB);
    }

    private static string[] Row(string size, string who, List<Sample> samples, List<Sample> original)
    {
        var (wall, cpu, peak) = (Of(samples, one => one.Wall), Of(samples, one => one.Cpu), Of(samples, one => one.PeakMiB));
        var compares = who != Original && original.TrueForAll(one => one.Status is 200);
        return
        [
            size, who, string.Join(", ", samples.Select(one => one.Status).Distinct()), Spread(wall), Spread(cpu), Spread(peak),
            compares ? Number(wall.Over(Of(original, one => one.Wall))) : "",
            compares ? Number(cpu.Over(Of(original, one => one.Cpu))) : "",
        ];
    }

    private static Series Of(List<Sample> samples, Func<Sample, double> what) => new(samples.Select(what));

    private sealed record Sample(int Status, double Wall, double Cpu, double PeakMiB);
}
