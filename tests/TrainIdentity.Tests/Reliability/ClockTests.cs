using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Hosts that disagree about the time, all at work on the same records.</summary>
[Collection(nameof(Alone))]
public sealed class ClockTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan[] Skews = [TimeSpan.Zero, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(-10)];

    [Fact]
    public Task Hosts_ten_minutes_apart_drive_one_record_as_one() => ManyAsync(jumpsBack: false);

    [Fact]
    public Task A_clock_that_jumps_back_an_hour_takes_no_lease_and_no_job() => ManyAsync(jumpsBack: true);

    private static async Task ManyAsync(bool jumpsBack)
    {
        var first = Seed.Of($"clock {jumpsBack}");
        for (var seed = first; seed < first + Seed.Count(5, 500); seed++)
        {
            await Seed.RunAsync(seed, seed => OneAsync(StoryPlan.Of(seed), jumpsBack), jumpsBack ? nameof(A_clock_that_jumps_back_an_hour_takes_no_lease_and_no_job) : nameof(Hosts_ten_minutes_apart_drive_one_record_as_one));
        }
    }

    private static async Task OneAsync(StoryPlan plan, bool jumpsBack)
    {
        await using var world = await World.StartAsync(plan.Seed);
        world.Hub.Play = plan.Play.Play;
        HashSet<IdentityId> acknowledged = [];
        List<SimHost> hosts = [.. Skews.Select((skew, n) => world.NewHost($"host{n}", skew))];
        world.Run(async () =>
        {
            var random = new Random(plan.Seed);
            await Task.WhenAll([
                .. hosts.Select(host => UploadAsync(world, host, plan, TimeSpan.FromSeconds(1 + (random.NextDouble() * 3)), acknowledged)),
                .. hosts.Select(host => TickAsync(world, host, TimeSpan.FromSeconds(1 + (random.NextDouble() * 60)))),
                JumpAsync(world, hosts[1], TimeSpan.FromSeconds(random.NextDouble() * 900), jumpsBack)]);
        });

        Assert.Single(acknowledged);
        Invariants.Moved(world);
        Invariants.Counters(world);
        Invariants.Ended(world, acknowledged, new HashSet<IdentityId>());
        Invariants.Index(world);
        new HubInvariants(world).Check();
    }

    private static async Task UploadAsync(World world, SimHost host, StoryPlan plan, TimeSpan after, HashSet<IdentityId> acknowledged)
    {
        Assert.Null(IdentityName.Read("Mom", out var name));
        await world.Clock.Delay(after);
        for (var n = 0; n < 30; n++)
        {
            var outcome = await host.Intake.TrainAsync(Story.User, new Submission(name!, SimPhotos.Set(0), plan.Key, null), TimeSpan.Zero, CancellationToken.None);
            if (outcome.Identity is { } identity)
            {
                acknowledged.Add(identity.Id);
                return;
            }
            Assert.Equal(IntakeProblem.InProgress, outcome.Problem);
            await world.Clock.Delay(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Long enough for the slowest job and its second start.</summary>
    private static async Task TickAsync(World world, SimHost host, TimeSpan after)
    {
        await world.Clock.Delay(after);
        for (var n = 0; n < 6 * 60; n++)
        {
            if (world.NextDue <= world.Clock.GetUtcNow())
            {
                await host.Reconciler.TickAsync(CancellationToken.None);
            }
            await world.Clock.Delay(Minute);
        }
    }

    private static async Task JumpAsync(World world, SimHost host, TimeSpan after, bool jumpsBack)
    {
        await world.Clock.Delay(after + TimeSpan.FromTicks(1));
        if (jumpsBack)
        {
            host.Clock.Skew -= TimeSpan.FromHours(1);
        }
    }
}
