using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace TrainIdentity.Tests.Infra;

/// <summary>The real compiler, without a network: it comes as a package and is made for one platform.</summary>
internal static partial class Bicep
{
    public static readonly string Folder = Path.Combine(Checkout.Root, "infra");

    private static readonly string Program =
        typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(about => about.Key == "Bicep").Value!;

    [GeneratedRegex(@"readEnvironmentVariable\('(\w+)'")]
    private static partial Regex Variables();

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture is Architecture.X64, "The compiler's package is for Linux on x64.");
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Whoever deploys from the machine of the tests has them set.
        foreach (Match read in Variables().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, "main.bicepparam"))))
        {
            start.Environment.Remove(read.Groups[1].Value);
        }
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
