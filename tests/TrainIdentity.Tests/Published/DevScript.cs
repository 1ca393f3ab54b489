using System.Diagnostics;

namespace TrainIdentity.Tests.Published;

/// <summary><c>./dev</c>, for what the tests need besides their own build.</summary>
internal static class DevScript
{
    /// <summary>What failed is what the script printed.</summary>
    /// <param name="folder">A copy of the sources; the checkout by default.</param>
    public static async Task RunAsync(string verb, string? folder = null)
    {
        var start = new ProcessStartInfo(Path.Combine(folder ?? Checkout.Root, "dev"), [verb]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var printed = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"./dev {verb} failed:\n{string.Concat(printed)}");
    }
}
