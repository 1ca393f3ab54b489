using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Hosts that meet at the same rows.</summary>
public sealed class TableRaceTests
{
    [Fact]
    public void Whoever_meets_whom_the_rows_stay_right()
    {
        var first = Seed.Of(nameof(Whoever_meets_whom_the_rows_stay_right));
        for (var i = 0; i < Seed.Count(3_000, 100_000); i++)
        {
            Seed.Run(first + i, seed => TableRace.Run(seed));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_race()
    {
        var first = Seed.Of(nameof(The_same_seed_gives_the_same_race));
        for (var i = 0; i < 50; i++)
        {
            Seed.Run(first + i, seed => Assert.Equal(TableRace.Run(seed), TableRace.Run(seed)));
        }
        Assert.NotEqual(TableRace.Run(first), TableRace.Run(first + 1));
    }
}
