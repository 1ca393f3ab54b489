using CsCheck;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Anything users, operators and misfortune may do, in any order; what fails is shrunk to the moves it takes.</summary>
[Collection(nameof(Alone))]
public sealed class ModelTests
{
    private const int MeanMoves = 30;
    private const int ShrinkTries = 100;

    private static readonly Dictionary<string, string?> Generous = new()
    {
        ["Quota:Active"] = "100",
        ["Quota:PerDay"] = "1000",
        ["Quota:Stored"] = "1000",
        ["Quota:Drafts"] = "1000",
        ["Training:StartsPerDay"] = "10000",
    };

    [Fact]
    public void Users_see_what_the_model_says_whatever_they_do()
    {
        var first = Seed.Of(nameof(ModelTests));
        for (var seed = first; seed < first + Seed.Count(100, 1_000_000 / MeanMoves); seed++)
        {
            Seed.Run(seed, seed =>
            {
                var start = new PCG(1, (ulong)seed).ToString();
                try
                {
                    ModelMove.Sequences.Sample(moves => Play(seed, moves), seed: start, iter: 1, threads: 1, print: Print);
                }
                catch (CsCheckException)
                {
                    ModelMove.Sequences.Sample(moves => Play(seed, moves), seed: start, iter: ShrinkTries, threads: 1, print: Print);
                    throw;
                }
            });
        }
    }

    private static void Play(int seed, ModelMove[] moves)
    {
        var world = World.StartAsync(seed, Generous).GetAwaiter().GetResult();
        try
        {
            new ModelRun(world).Run(moves);
        }
        finally
        {
            world.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static string Print(ModelMove[] moves) => string.Join(", ", moves);
}
