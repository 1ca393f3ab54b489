using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>A host dies anywhere, as by kill -9; another one brings everything to its end.</summary>
[Collection(nameof(Alone))]
public sealed class CrashMatrixTests
{
    /// <summary>Reads change nothing, and a tick repeats the same ones; bounded runs leave most of them out.</summary>
    private const int BoundedStride = 13;

    public static TheoryData<string> Points => [.. CrashPoints.All.Select(point => point.Name)];

    public static TheoryData<Wish, bool> Wishes
    {
        get
        {
            TheoryData<Wish, bool> all = [];
            foreach (var wish in Enum.GetValues<Wish>())
            {
                all.Add(wish, false);
                all.Add(wish, true);
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task What_a_dead_host_left_half_done_is_brought_to_its_end(string point)
    {
        var first = Seed.Of(point);
        for (var seed = first; seed < first + Seed.Count(3, 250); seed++)
        {
            await Seed.RunAsync(seed, async seed =>
            {
                var plan = CrashPoints.All.Single(known => known.Name == point).Story(StoryPlan.Of(seed));
                var (_, died) = await CrashRun.RunAsync(plan);
                Assert.Equal(plan.Deaths.Count, died);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Wishes))]
    public async Task A_host_may_die_at_any_boundary(Wish wish, bool drafted)
    {
        var first = Seed.Of($"any {wish} {drafted}");
        await Seed.RunAsync(first, async seed =>
        {
            var calm = StoryPlan.Of(seed) with
            {
                Drafted = drafted,
                Loses = true,
                Pictured = true,
                LosesThumbnail = seed % 2 == 0,
                RenameAfter = TimeSpan.FromSeconds(5),
                Wish = wish,
                WishAfter = TimeSpan.FromSeconds(10),
                Play = ("failure", JobPlays.FailWithResult()),
            };
            var (passed, _) = await CrashRun.RunAsync(calm);
            var places = passed.Where(boundary => boundary.Name is not "table:query.due").ToList();
            for (var n = Seed.Full ? 0 : seed % BoundedStride; n < places.Count; n += Seed.Full ? 1 : BoundedStride)
            {
                var (moment, name, nth) = places[n];
                await CrashRun.RunAsync(calm with { Repeats = n % 2 == 0, Deaths = [new Death(moment, name, nth)] });
            }
        });
    }
}
