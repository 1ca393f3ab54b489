using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>The same photos sent again after everything of them was removed.</summary>
[Collection(nameof(Alone))]
public sealed class RestartTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Looks_at_the_removed_repo_leave_the_new_training_alone()
    {
        await using var world = await World.StartAsync(1, hub: hub => hub with { JobDuration = TimeSpan.FromMinutes(30) });
        var dying = world.NewHost("dying");
        dying.Gate.DiesAt = boundary => boundary is { Moment: Moment.After, Name: "hub:jobs.start" };
        var host = world.NewHost("host");
        world.Run(async () =>
        {
            await Task.WhenAny(PostAsync(dying), dying.Gate.Died);
            await host.Get<IdentityActions>().CancelAsync(World.User("user"), Assert.Single(world.Records).Id, CancellationToken.None);
            await TickAsync(world, host, 5);
            Assert.Equal((IdentityState.Failed, null), (Assert.Single(world.Records).State, world.Records[0].RetainUntil));

            Assert.Equal(2, (await PostAsync(host)).Identity?.JobAttempt);
            await TickAsync(world, host, 60);
        });

        Assert.Equal((IdentityState.Ready, null), (Assert.Single(world.Records).State, world.Records[0].FailureCode));
        new HubInvariants(world).Check();
    }

    private static Task<IntakeOutcome> PostAsync(SimHost host)
    {
        Assert.Null(IdentityName.Read("Mom", out var name));
        return host.Intake.TrainAsync(World.User("user"), new Submission(name!, SimPhotos.Set(0), "key", null), TimeSpan.Zero, CancellationToken.None);
    }

    private static async Task TickAsync(World world, SimHost host, int minutes)
    {
        for (var n = 0; n < minutes; n++)
        {
            await world.Clock.Delay(Minute);
            await host.Reconciler.TickAsync(CancellationToken.None);
        }
    }
}
