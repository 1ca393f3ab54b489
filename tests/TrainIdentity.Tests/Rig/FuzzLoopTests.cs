namespace TrainIdentity.Tests.Rig;

public sealed class FuzzLoopTests
{
    private static readonly byte[][] Corpus = [[.. "a corpus of one sentence"u8], []];

    [Fact]
    public void A_failing_input_is_found_shrunk_and_reported()
    {
        var failed = Assert.Throws<FuzzFailedException>(() => Fuzz.Run("bangs", Corpus, seed: 1, count: 10_000, RefuseBangs));

        Assert.Contains("of seed", failed.Message, StringComparison.Ordinal);
        Assert.EndsWith($"1 bytes after shrinking, in base64: {Convert.ToBase64String("!"u8)}", failed.Message, StringComparison.Ordinal);
        Assert.IsType<ArgumentException>(failed.InnerException);
    }

    [Fact]
    public void Words_are_put_in()
    {
        Assert.Throws<FuzzFailedException>(() => Fuzz.Run("words", Corpus, seed: 1, count: 1_000, bytes => Assert.Equal(-1, bytes.AsSpan().IndexOf("{\"key\":"u8)), [[.. "{\"key\":"u8]]));
    }

    [Fact]
    public void The_same_seed_makes_the_same_inputs()
    {
        Assert.Equal(Inputs(1), Inputs(1));
        Assert.NotEqual(Inputs(1), Inputs(2));
    }

    private static List<string> Inputs(int seed) => [.. Enumerable.Range(0, 1_000).Select(i => Convert.ToHexString(new FuzzMutator(Corpus, []).Make(Fuzz.Beginning(seed, i))))];

    private static void RefuseBangs(byte[] input)
    {
        if (input.Contains((byte)'!')) throw new ArgumentException("A bang.");
    }
}
