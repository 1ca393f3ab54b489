using System.Globalization;
using System.Runtime.CompilerServices;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>
/// Where seeded runs begin and how many there are. <c>TRAINIDENTITY_SEED</c> alone replays that one seed;
/// <c>TRAINIDENTITY_FULL=1</c> asks for the full number, beginning there when both are set, and
/// <c>TRAINIDENTITY_RUNS</c> for another one, so that a long run can be shared out.
/// </summary>
internal static class Seed
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("TRAINIDENTITY_FULL") == "1";

    private static int? Given { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("TRAINIDENTITY_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : null;

    private static int? Runs { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("TRAINIDENTITY_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : null;

    /// <summary>The first seed of a run; without one given always the same for the same name.</summary>
    public static int Of(string name) => Given ?? (int)(name.Aggregate(2166136261u, (hash, c) => (hash ^ c) * 16777619u) % 1_000_000);

    public static int Count(int bounded, int full) => Runs ?? (Full ? full : Given is null ? bounded : 1);

    /// <summary>Runs one seed; what goes wrong says which it was and how to see it again.</summary>
    public static async Task RunAsync(int seed, Func<int, Task> run, [CallerMemberName] string method = "")
    {
        try
        {
            await run(seed);
        }
        catch (Exception e)
        {
            throw new SeedFailedException($"Seed {seed} failed; replay it with TRAINIDENTITY_SEED={seed} ./dev test {method}\n{e.Message}", e);
        }
    }

    public static void Run(int seed, Action<int> run, [CallerMemberName] string method = "")
    {
        try
        {
            run(seed);
        }
        catch (Exception e)
        {
            throw new SeedFailedException($"Seed {seed} failed; replay it with TRAINIDENTITY_SEED={seed} ./dev test {method}\n{e.Message}", e);
        }
    }
}

internal sealed class SeedFailedException(string message, Exception inner) : Exception(message, inner);
