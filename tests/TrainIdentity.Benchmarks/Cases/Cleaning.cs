using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using static TrainIdentity.Benchmarks.Report;

namespace TrainIdentity.Benchmarks;

/// <summary>Cleaning by itself, with the cleaned bytes kept in memory, against what cannot be left out: the hash, and of a PNG its pixels and checksums.</summary>
internal static class Cleaning
{
    public const string Verb = "cleaning-sides";

    public static async Task RunAsync(Bench bench)
    {
        await CompareAsync(bench);
        await Task.Run(() => Allocate(bench));
    }

    private static async Task CompareAsync(Bench bench)
    {
        List<double[]> medians = [];
        for (var n = 0; n < bench.Times(7); n++)
        {
            await using var child = Child.OfThis([Verb, Sample(bench), Path.Combine(bench.Theatre.Folder, "spool-sides"), bench.Trial ? "1000000" : "20000000"]);
            var line = await child.FirstLineAsync(TimeSpan.FromMinutes(2));
            medians.Add([.. line.Split(' ').Select(side => double.Parse(side, CultureInfo.InvariantCulture))]);
        }

        Series[] sides = [.. Enumerable.Range(0, 4).Select(side => new Series(medians.Select(one => one[side])))];
        var (jpeg, png) = (sides[0].Over(sides[1]), sides[2].Over(sides[3]));
        bench.Report.Add("cleaning", ["20 MB in one process", "ms", "against", "ms", "ratio"],
        [
            ["JPEG cleaned", Spread(sides[0]), "SHA-256", Spread(sides[1]), Number(jpeg)],
            ["PNG cleaned", Spread(sides[2]), "inflate + CRC + SHA-256", Spread(sides[3]), Number(png)],
        ]);
        bench.Require("JPEG cleaned / SHA-256", jpeg, 1.6);
        bench.Require("PNG cleaned / inflate + CRC + SHA-256", png, 1.15);
    }

    private static void Allocate(Bench bench)
    {
        var job = (bench.Trial ? Job.Dry : Job.Default.WithWarmupCount(3).WithIterationCount(15)).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).AddLogger(NullLogger.Instance)
            .AddColumnProvider(DefaultColumnProviders.Instance).WithArtifactsPath(bench.Theatre.Folder).WithOptions(ConfigOptions.DisableLogFile);
        CleaningBenchmarks.Sample = Sample(bench);
        CleaningBenchmarks.Spool = Path.Combine(bench.Theatre.Folder, "spool-cleaning");
        var reports = BenchmarkRunner.Run<CleaningBenchmarks>(config).Reports.ToDictionary(one => one.BenchmarkCase.Descriptor.WorkloadMethod.Name);
        var (small, large) = (reports[nameof(CleaningBenchmarks.JpegOf2)], reports[nameof(CleaningBenchmarks.JpegOf20)]);
        bench.Report.Add("cleaning-memory", ["One JPEG that goes to a file", "ms", "allocated KiB"], [Row("2 MB", small), Row("20 MB", large)]);
        bench.Require("allocated for 20 MB more than for 2 MB, KiB", AllocatedKiB(large) - AllocatedKiB(small), 0.25);
    }

    private static string[] Row(string what, BenchmarkReport of) => [what, Spread(new Series(Values(of).Select(nanoseconds => nanoseconds / 1e6))), Number(AllocatedKiB(of))];

    private static IReadOnlyList<double> Values(BenchmarkReport of) =>
        of.ResultStatistics?.OriginalValues ?? throw new InvalidOperationException($"{of.BenchmarkCase.Descriptor.WorkloadMethod.Name} did not run.");

    private static double AllocatedKiB(BenchmarkReport of) => (of.GcStats.GetBytesAllocatedPerOperation(of.BenchmarkCase) ?? 0) / 1024d;

    private static string Sample(Bench bench) => Path.Combine(bench.Theatre.Root, "tests", "photos", "iphone6-gps.jpg");
}
