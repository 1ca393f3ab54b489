using static TrainIdentity.Benchmarks.Report;

namespace TrainIdentity.Benchmarks;

/// <summary>From the start of the published process to its first answer, and what it holds when it has nothing to do, against an empty program published the same way.</summary>
internal static class StartUp
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(Bench bench)
    {
        var bare = Path.Combine(bench.Theatre.Root, "artifacts", "bench", "bare");
        var empty = Path.Combine(bench.Theatre.Folder, "empty");
        Directory.CreateDirectory(empty);
        List<Sample> ours = [], theirs = [];
        for (var n = 0; n < bench.Times(15); n++)
        {
            await using (var service = ServiceProcess.Start(bench.Theatre, null)) ours.Add(await SampleAsync(service.Process, service.Url, bench.Trial));
            var url = new Uri($"http://127.0.0.1:{ServiceProcess.FreePort()}");
            await using var child = new Child(Path.Combine(bare, "TrainIdentity.Bare"), ["--urls", url.GetLeftPart(UriPartial.Authority)], new Dictionary<string, string>(), empty);
            theirs.Add(await SampleAsync(child, url, bench.Trial));
        }

        string[] Row(string who, List<Sample> of) =>
            [who, Spread(Of(of, one => one.Seconds * 1000)), Spread(Of(of, one => one.Cpu * 1000)), Spread(Of(of, one => one.IdleMiB))];

        bench.Report.Add("start-up", ["Process start to first answer", "ms", "CPU ms", "idle MiB"],
            [Row("the service", ours), Row("an empty ASP.NET program", theirs)]);
        bench.Require("start-up / an empty program's", Of(ours, one => one.Seconds).Over(Of(theirs, one => one.Seconds)), 1.6, 1.3);
        bench.Require("idle memory / an empty program's", Of(ours, one => one.IdleMiB).Over(Of(theirs, one => one.IdleMiB)), 1.6, 1.3);
    }

    private static async Task<Sample> SampleAsync(Child process, Uri url, bool trial)
    {
        var seconds = await ServiceProcess.WaitAsync(process, url, "/");
        var cpu = process.CpuSeconds;
        if (!trial) await Task.Delay(Settled);
        return new Sample(seconds, cpu, process.ResidentMiB);
    }

    private static Series Of(List<Sample> samples, Func<Sample, double> what) => new(samples.Select(what));

    private sealed record Sample(double Seconds, double Cpu, double IdleMiB);
}
