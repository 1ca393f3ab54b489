using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Training;

/// <summary>Somebody else trains: no job, no result, only weights in the repo.</summary>
[Collection(nameof(Alone))]
public sealed class ExternalTrainingTests
{
    private static readonly Dictionary<string, string?> External = new() { ["Training:Mode"] = "External" };

    [Fact]
    public async Task Verified_weights_at_the_root_are_ready()
    {
        await using var scene = await TrainingScene.StartAsync(new Course(), External);

        scene.Tell(async () =>
        {
            Assert.Equal(IdentityState.Training, (await scene.LookAsync(scene.Now + TimeSpan.FromDays(6))).State);
            scene.Push([new PushedFile("README.md", "Changed."u8.ToArray())]);
            Assert.Equal(IdentityState.Training, (await scene.LookAsync()).State);
            scene.Push([new PushedFile($"checkpoint/{ResultFiles.Weights}", Weights.Of("early").Bytes, Large: true)]);
            Assert.Equal(IdentityState.Training, (await scene.LookAsync()).State);
            scene.Push([new PushedFile(ResultFiles.Weights, Weights.Broken("broken").Bytes, Large: true)]);
            Assert.Equal(IdentityState.Training, (await scene.LookAsync()).State);
            scene.Push([new PushedFile(ResultFiles.Weights, Weights.Of("good").Bytes, Large: true)]);
            Assert.Equal(IdentityState.Ready, (await scene.LookAsync()).State);
        });

        Assert.Equal((Weights.Of("good").Sha256, scene.World.Hub.Head(scene.Repo)), (scene.Record.Weights!.Oid, scene.Record.Weights.Commit));
        Assert.Empty(scene.World.Hub.Jobs);
        Assert.Equal(0, scene.Record.SpentMicroUsd + scene.Record.EstimatedMicroUsd);
    }

    [Fact]
    public async Task Without_weights_it_fails_after_seven_days()
    {
        await using var scene = await TrainingScene.StartAsync(new Course(), External);

        scene.Tell(async () =>
        {
            var accepted = scene.Record.UpdatedAt;
            Assert.InRange(scene.Record.DeadlineAt!.Value - accepted, TimeSpan.FromDays(7) - TrainingScene.Second, TimeSpan.FromDays(7));
            await scene.EndsAsync(scene.Record.DeadlineAt!.Value, IdentityState.Failed, Failures.JobTimeout);
            scene.Push([new PushedFile(ResultFiles.Weights, Weights.Of("late").Bytes, Large: true)]);
            Assert.Equal(IdentityState.Failed, (await scene.LookAsync(scene.Now + TimeSpan.FromDays(2))).State);
        });

        Assert.Equal((false, 0), (scene.Record.SlotHeld, scene.Counted.StartedToday));
        FailedEnd.Told(Failures.JobTimeout);
    }
}
