using BenchmarkDotNet.Attributes;
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
    public static void Run(Bench bench)
    {
        var job = (bench.Trial ? Job.Dry : Job.Default.WithWarmupCount(3).WithIterationCount(15)).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).AddLogger(NullLogger.Instance)
            .AddColumnProvider(DefaultColumnProviders.Instance).WithArtifactsPath(bench.Theatre.Folder).WithOptions(ConfigOptions.DisableLogFile);
        CleaningBenchmarks.Sample = Path.Combine(bench.Theatre.Root, "tests", "photos", "iphone6-gps.jpg");
        CleaningBenchmarks.Spool = Path.Combine(bench.Theatre.Folder, "spool-cleaning");
        var reports = BenchmarkRunner.Run<CleaningBenchmarks>(config).Reports.ToDictionary(one => one.BenchmarkCase.Descriptor.WorkloadMethod.Name);
        var missing = reports.Values.Where(one => one.ResultStatistics is null).ToList();
        if (missing.Count > 0) throw new InvalidOperationException($"Did not run: {string.Join(", ", missing.Select(one => one.BenchmarkCase.Descriptor.WorkloadMethod.Name))}");

        bench.Report.Add("cleaning", ["20 MB in one process", "ms", "against", "ms", "ratio"],
        [
            Row("JPEG cleaned", reports[nameof(CleaningBenchmarks.Jpeg)], "SHA-256", reports[nameof(CleaningBenchmarks.JpegHash)]),
            Row("PNG cleaned", reports[nameof(CleaningBenchmarks.Png)], "inflate + CRC + SHA-256", reports[nameof(CleaningBenchmarks.PngFloor)]),
        ]);
        var (small, large) = (Allocated(reports[nameof(CleaningBenchmarks.JpegOf2ToFile)]), Allocated(reports[nameof(CleaningBenchmarks.JpegOf20ToFile)]));
        bench.Report.Add("cleaning-memory", ["Allocated for one JPEG that goes to a file", "KiB"], [["2 MB", Number(small / 1024)], ["20 MB", Number(large / 1024)]]);
        bench.Require("JPEG cleaned / SHA-256", Ratio(reports, nameof(CleaningBenchmarks.Jpeg), nameof(CleaningBenchmarks.JpegHash)), 1.6);
        bench.Require("PNG cleaned / inflate + CRC + SHA-256", Ratio(reports, nameof(CleaningBenchmarks.Png), nameof(CleaningBenchmarks.PngFloor)), 1.2);
        bench.Require("allocated for 20 MB more than for 2 MB, KiB", (large - small) / 1024, 0.5);
    }

    private static string[] Row(string what, BenchmarkReport ours, string against, BenchmarkReport floor) =>
        [what, Milliseconds(ours), against, Milliseconds(floor), Number(Median(ours) / Median(floor))];

    private static double Ratio(Dictionary<string, BenchmarkReport> reports, string ours, string floor) => Median(reports[ours]) / Median(reports[floor]);

    private static double Median(BenchmarkReport of) => of.ResultStatistics!.Median;

    private static double Allocated(BenchmarkReport of) => of.GcStats.GetBytesAllocatedPerOperation(of.BenchmarkCase) ?? 0;

    private static string Milliseconds(BenchmarkReport of) => Spread(new Series(of.ResultStatistics!.OriginalValues.Select(nanoseconds => nanoseconds / 1e6)));
}
