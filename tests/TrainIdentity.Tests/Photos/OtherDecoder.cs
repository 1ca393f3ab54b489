using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace TrainIdentity.Tests.Photos;

/// <param name="Stored">Size and digest of the pixels as they lie in the file.</param>
/// <param name="Shown">Of the pixels as they are seen: upright, and in the colors that a profile asks for.</param>
internal sealed record PixelLook(string Stored, string Shown, int Orientation, bool HasProfile, bool IsProgressive, string Space);

internal sealed record PixelPair(PixelLook Before, PixelLook After);

/// <summary>libvips, through the npm package sharp: an encoder and decoder that share nothing with the code under test.</summary>
internal static class OtherDecoder
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "pixel-compare");

    public static Task EncodeAsync(string cases, string folder) => RunAsync(["encode", cases, folder]);

    public static async Task<IReadOnlyList<PixelPair>> CompareAsync(IEnumerable<(string Before, string After)> pairs)
    {
        var lines = await RunAsync(["compare", .. pairs.SelectMany(pair => new[] { pair.Before, pair.After })]);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<PixelPair>(line, JsonSerializerOptions.Web)!)];
    }

    private static async Task<string> RunAsync(string[] words)
    {
        Assert.True(Directory.Exists(Path.Combine(Folder, "node_modules", "sharp")), "The other decoder is not installed in tests/pixel-compare: ./dev test installs it.");
        using var process = Start(words);
        using var patience = new CancellationTokenSource(Patience);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await Task.WhenAll(output, errors, process.WaitForExitAsync(patience.Token));
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        Assert.True(process.ExitCode is 0, $"pictures.mjs ended with {process.ExitCode}.\n{await errors}");
        return await output;
    }

    private static Process Start(string[] words)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("node", ["pictures.mjs", .. words]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("Node.js does not start: ./dev test says what is missing.", e);
        }
    }
}
