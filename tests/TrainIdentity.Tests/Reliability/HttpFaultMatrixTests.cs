using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>
/// Every call an identity needs, struck by every fault, at the first try, at the retry and always. One seed decides what a
/// fault leaves open; the full run takes ten.
/// </summary>
[Collection(nameof(Alone))]
public sealed class HttpFaultMatrixTests
{
    private const int FullSeeds = 10;
    private const int ShownRequests = 40;

    public static TheoryData<string, string> Cells
    {
        get
        {
            TheoryData<string, string> cells = [];
            foreach (var call in Enum.GetNames<WireCall>())
            {
                foreach (var position in Enum.GetNames<WirePosition>())
                {
                    cells.Add(call, position);
                }
            }
            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Whatever_strikes_a_call_nothing_is_lost_doubled_or_left_behind(string call, string position)
    {
        List<string> broken = [];
        var first = Seed.Of(nameof(HttpFaultMatrixTests));
        for (var n = 0; n < Seed.Count(1, FullSeeds); n++)
        {
            foreach (var fault in Enum.GetValues<WireFault>())
            {
                var strike = new WireStrike(Enum.Parse<WireCall>(call), fault, Enum.Parse<WirePosition>(position), first + n);
                broken.AddRange(await BreachesAsync(strike));
            }
        }

        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    private static async Task<IReadOnlyList<string>> BreachesAsync(WireStrike strike)
    {
        await using var world = await World.StartAsync(strike.Seed);
        var wire = new Wire(strike, world.Clock);
        await using var host = new WireHost(world, wire);
        var story = new HttpFaultStory(world, host, wire, strike);
        List<string> breaches = [];
        try
        {
            world.Run(story.TellAsync);
        }
        catch (Exception e)
        {
            breaches.Add($"{e.GetType().Name}: {e.Message}");
        }

        breaches.AddRange(HttpFaultEnds.Breaches(world, strike, story));
        breaches.AddRange(HttpFaultJournal.Breaches(world.Hub));
        breaches.AddRange(HttpFaultWire.Breaches(world, strike, wire.Requests));
        breaches.AddRange(story.Replies.SelectMany(reply => HttpFaultAnswers.Breaches(strike, reply)).Distinct());
        if (breaches.Count == 0)
        {
            return [];
        }

        var shown = Environment.GetEnvironmentVariable("TRAINIDENTITY_SEED") is null ? [] : wire.Requests.TakeLast(ShownRequests).Select(request => $"    {request}");
        return
        [
            $"{strike}, seed {strike.Seed} (replay: TRAINIDENTITY_SEED={strike.Seed} ./dev test {nameof(HttpFaultMatrixTests)})",
            .. breaches.Select(breach => $"  - {breach}"),
            $"  answers: {string.Join("; ", story.Replies)}",
            .. shown,
        ];
    }
}
