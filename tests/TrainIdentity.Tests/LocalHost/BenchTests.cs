using System.Diagnostics;

namespace TrainIdentity.Tests.LocalHost;

/// <summary>The benchmarks run, each case once and small. What they measure is no test's business.</summary>
[Collection(nameof(Rig.Sim.Alone))]
public sealed class BenchTests
{
    private static readonly string[] Cases = ["one-shot", "photo-by-photo", "bound", "cleaning", "cleaning-memory", "start-up", "growth", "together", "one-training"];

    [Fact]
    public async Task Every_case_has_a_table_and_a_place_on_the_page()
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "dev"), ["bench", "--test"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var stop = TestContext.Current.CancellationToken;
        var printed = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
        await process.WaitForExitAsync(stop);
        var page = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "performance.md"), stop);

        Assert.True(process.ExitCode == 0, string.Concat(printed));
        Assert.All(Cases, name => Assert.Contains($"\n{name}\n\n| ", printed[0], StringComparison.Ordinal));
        Assert.All([.. Cases, "figures", "machine"], name => Assert.Contains($"<!-- {name} -->", page, StringComparison.Ordinal));
    }
}
