using System.Diagnostics;
using System.Globalization;

namespace TrainIdentity.Tests.Rig;

/// <summary>
/// Throws mutated bytes at a parser. The target returns when all is well and throws, or fails an assertion, when not.
/// A usual run is bounded and always the same; <c>TRAINIDENTITY_FUZZ_SECONDS</c> goes on with the same sequence for that long, and
/// <c>TRAINIDENTITY_FUZZ_SEED</c> begins another one. Test classes whose names end in FuzzTests are those that <c>./dev fuzz</c> runs.
/// </summary>
/// <example><code>Fuzz.Run("names", [.. names.Select(Encoding.UTF8.GetBytes)], seed: 1, count: 200_000, bytes => NameOf(bytes));</code></example>
internal static class Fuzz
{
    private const int ShrinkTries = 2_000;

    private static readonly TimeSpan? Lasting =
        double.TryParse(Environment.GetEnvironmentVariable("TRAINIDENTITY_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private static readonly int? GivenSeed =
        int.TryParse(Environment.GetEnvironmentVariable("TRAINIDENTITY_FUZZ_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : null;

    /// <param name="name">What is fuzzed; stands in the failure message.</param>
    /// <param name="corpus">Where mutations begin. Every entry is also given to the target as it is.</param>
    /// <param name="seed">Of the whole run; every input follows from it and from its own number alone.</param>
    /// <param name="count">Of mutated inputs when no time is asked for.</param>
    /// <param name="target">Called on one thread, one input at a time. It may keep no state that outlives an input.</param>
    /// <param name="words">Pieces of the format's language that mutations put in, such as keywords and brackets.</param>
    /// <returns>How many inputs were executed.</returns>
    public static long Run(string name, IReadOnlyList<byte[]> corpus, int seed, int count, Action<byte[]> target, IReadOnlyList<byte[]>? words = null)
    {
        seed = GivenSeed ?? seed;
        var mutator = new FuzzMutator(corpus, words ?? []);
        for (var i = 0; i < corpus.Count; i++) Execute($"{name}: entry {i} of the corpus", corpus[i], target);

        var clock = Stopwatch.StartNew();
        long done = 0;
        while (Lasting is { } lasting ? clock.Elapsed < lasting : done < count)
        {
            Execute($"{name}: input {done} of seed {seed}", mutator.Make(Beginning(seed, done)), target);
            done++;
        }

        var executions = corpus.Count + done;
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {executions} executions in {clock.Elapsed.TotalSeconds:0} s, seed {seed}");
        return executions;
    }

    // Not HashCode.Combine, which is another in each process.
    internal static Random Beginning(int seed, long number) => new(unchecked((int)((ulong)(seed * 0x9E3779B9L + number) * 0xD1B54A32D192ED03 >> 32)));

    private static void Execute(string which, byte[] input, Action<byte[]> target)
    {
        // The target gets a copy, so that what is reported is what was given.
        if (Failure(target, [.. input]) is not { } failure) return;
        var (smallest, said) = Shrink(input, failure, target);
        throw new FuzzFailedException($"{which} failed: {said.GetType().Name}: {said.Message}\n{smallest.Length} bytes after shrinking, in base64: {Convert.ToBase64String(smallest)}", said);
    }

    /// <summary>Leaves out blocks, large ones first, while the failure stays of the same type.</summary>
    private static (byte[] Input, Exception Failure) Shrink(byte[] input, Exception failure, Action<byte[]> target)
    {
        var tries = 0;
        for (var block = Math.Max(1, input.Length / 2); block > 0 && tries < ShrinkTries; block /= 2)
        {
            for (var at = 0; at < input.Length && tries < ShrinkTries; tries++)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(input.Length, at + block))];
                if (Failure(target, [.. shorter]) is { } same && same.GetType() == failure.GetType()) (input, failure) = (shorter, same);
                else at += block;
            }
        }

        return (input, failure);
    }

    private static Exception? Failure(Action<byte[]> target, byte[] input)
    {
        try
        {
            target(input);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}

internal sealed class FuzzFailedException(string message, Exception inner) : Exception(message, inner);
