using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The process killed while everything of an identity is being removed: it is removed all the same, and no slot stays taken.</summary>
public sealed class KillRemovalTests(Tables tables)
{
    private static readonly Dictionary<string, (Func<KillScene, Task> BeginAsync, string Code, int Jobs, Func<KillScene, Task> HeldAsync)> Compensations = new()
    {
        ["CP30 compensation: jobs cancelled"] = (FailedAsync, "out_of_memory", 1, async scene =>
        {
            await scene.HeldAtHubAsync("delete", after: false);
            Assert.Equal((1, 0), (scene.Count(JournalKinds.JobCanceled), scene.LiveJobs));
        }),
        ["CP32 deleted, before 404 check"] = (FailedAsync, "out_of_memory", 1, scene => scene.HeldAtHubAsync("delete", after: true)),
        ["CP33 404 seen, before Failed write and quota release"] = (LeftAsync, "upload_interrupted", 0, scene => scene.HeldAtTableAsync(TableProxyCall.WritesFailedForGood, after: false)),
    };

    private static readonly Dictionary<string, (JobPlay Play, string Status, Func<KillScene, Task> HeldAsync)> Erasures = new()
    {
        ["CP34 Deleting written"] = (JobPlays.Succeed, "ready", scene => scene.HeldAtTableAsync(call => TableProxyCall.Writes(call, "Deleting"), after: true)),
        ["CP35 delete: jobs cancelled"] = (JobPlays.Hang, "training", async scene =>
        {
            await scene.HeldAtHubAsync("delete", after: false);
            Assert.Equal((1, 0), (scene.Count(JournalKinds.JobCanceled), scene.LiveJobs));
        }),
        ["CP38 delete: rows gone, before first re-check"] = (JobPlays.Succeed, "ready", scene => scene.HeldAtTableAsync(TableProxyCall.RemovesRecord, after: true)),
    };

    public static TheoryData<string> ChosenCompensations => KillPoints.Chosen(Compensations.Keys);

    public static TheoryData<string> ChosenErasures => KillPoints.Chosen(Erasures.Keys);

    [Theory]
    [MemberData(nameof(ChosenCompensations))]
    public async Task Killed_in_a_compensation_nothing_is_left_but_the_record_that_says_why(string point)
    {
        var (beginAsync, code, jobs, heldAsync) = Compensations[point];
        (string, string)[] soon = [("Training__FailedKept", "00:00:03"), ("Intake__AbandonedAfter", "00:00:03")];
        await using var scene = await KillScene.StartAsync(tables, soon, hub => hub with { Play = FailAndRunOn });
        var held = heldAsync(scene);
        await beginAsync(scene);
        await scene.TickUntilAsync(held);

        await scene.KillAsync();
        await scene.TickUntilAsync(async () => await scene.Rows.StateAsync() == "Failed");

        await scene.NothingIsLeftAsync(records: 1, jobs);
        Assert.Equal(code, (string?)(await scene.BecomesAsync("failed"))["errorCode"]);
    }

    [Theory]
    [MemberData(nameof(ChosenErasures))]
    public async Task Killed_in_an_erasure_that_nobody_asks_for_again_nothing_is_left(string point)
    {
        var (play, status, heldAsync) = Erasures[point];
        await using var scene = await KillScene.StartAsync(tables, [], hub => hub with { Play = play });
        Assert.Equal(200, (await scene.UploadAsync()).Status);
        var id = (string)(await scene.BecomesAsync(status))["id"]!;
        var held = heldAsync(scene);
        using var delete = await scene.WireAsync($"DELETE /api/identities/{id}");
        await scene.TickUntilAsync(held);

        await scene.KillAsync();
        await scene.TickUntilAsync(async () => await scene.Rows.StateAsync() is null);

        await scene.NothingIsLeftAsync(records: 0, jobs: 1);
        Assert.Equal(404, (await scene.GetAsync(id)).Status);
        Assert.Equal(410, (await scene.UploadAsync()).Status);
    }

    /// <summary>A training that failed, and whose repo is kept no longer.</summary>
    private static async Task FailedAsync(KillScene scene) => Assert.Equal(200, (await scene.UploadAsync()).Status);

    /// <summary>An upload whose client never comes back; its slot is still held.</summary>
    private static async Task LeftAsync(KillScene scene)
    {
        await scene.UploadUntilHubAsync("put", after: false);
        await scene.KillAsync();
        Assert.Equal((1, 1, 1), await scene.Rows.SlotsAsync());
    }

    /// <summary>Says that it failed and goes on all the same, as a trainer that hangs at its end would.</summary>
    private static async Task<JobEnd> FailAndRunOn(JobRun run, CancellationToken stop)
    {
        await JobPlays.FailWithResult()(run, stop);
        await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        return JobEnd.Error();
    }
}
