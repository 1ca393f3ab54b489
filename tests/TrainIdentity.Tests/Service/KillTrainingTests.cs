using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The process killed once every photo had arrived: nobody comes back, and the identity gets ready all the same.</summary>
public sealed class KillTrainingTests(Tables tables)
{
    private static readonly Dictionary<string, Func<KillScene, Task>> Points = new()
    {
        ["CP12 all PUT, before verify"] = async scene =>
        {
            await scene.UploadUntilHubAsync("verify", after: false, times: 3);
            await scene.StoredAsync(3);
        },
        ["CP14 verified, before write"] = scene => scene.UploadUntilTableAsync(call => TableProxyCall.Writes(call, "Uploaded"), after: false),
        ["CP15 Uploaded, before commit"] = scene => scene.UploadUntilHubAsync("commit", after: false),
        ["CP16 commit sent, reply unread"] = scene => scene.UploadUntilHubAsync("commit", after: true),
        ["CP18 tree checked, before write"] = scene => scene.UploadUntilTableAsync(call => TableProxyCall.Writes(call, "Committed"), after: false),
        ["CP19 Committed, before job list"] = scene => scene.UploadUntilHubAsync("jobs.list", after: false),
        ["CP20 launch intended, before job POST"] = scene => scene.UploadUntilHubAsync("jobs.start", after: false),
        ["CP21 job POST sent, reply unread"] = scene => scene.UploadUntilHubAsync("jobs.start", after: true),
        ["CP23 Training written, before HTTP answer"] = scene => scene.UploadUntilTableAsync(call => TableProxyCall.Writes(call, "Training"), after: true),
        ["CP24 answer half sent"] = AnswerBeganAsync,
        ["CP28 sweeper: lease taken"] = async scene =>
        {
            await scene.UploadUntilHubAsync("commit", after: false);
            var held = scene.HeldAtTableAsync(TableProxyCall.TakesOver, after: true);
            await scene.KillAsync();
            await scene.TickUntilAsync(held);
        },
    };

    public static TheoryData<string> Chosen => KillPoints.Chosen(Points.Keys);

    public static TheoryData<string> ChosenWebhooks => KillPoints.Chosen(["CP25 webhook: after secret check", "CP27 webhook: written, before 2xx"]);

    [Theory]
    [MemberData(nameof(Chosen))]
    public async Task Killed_after_every_photo_arrived_it_gets_ready_by_itself_and_nothing_happens_twice(string point)
    {
        // Neither a webhook nor the client is waited for.
        await using var scene = await KillScene.StartAsync(tables, [("Intake__AbandonedAfter", "00:00:03")], hub => hub with { Webhook = null });
        await Points[point](scene);

        await scene.KillAsync();

        await scene.EndedReadyOnceAsync();
    }

    [Theory]
    [MemberData(nameof(ChosenWebhooks))]
    public async Task Killed_in_a_webhook_it_gets_ready_once(string point)
    {
        // The timer leaves the training alone, so what happens is the webhook's doing.
        var trained = new TaskCompletionSource();
        await using var scene = await KillScene.StartAsync(tables, [("Watch__First", "01:00:00")], hub => hub with { Play = When(trained.Task) });
        Assert.Equal(200, (await scene.UploadAsync()).Status);
        var held = scene.HeldAtTableAsync(
            point.StartsWith("CP25", StringComparison.Ordinal) ? TableProxyCall.ReadsClaim : call => TableProxyCall.Writes(call, "Ready"),
            after: point.StartsWith("CP27", StringComparison.Ordinal));
        trained.SetResult();
        await held;

        await scene.KillAsync();

        await scene.EndedReadyOnceAsync();
    }

    private static JobPlay When(Task trained) => async (run, stop) =>
    {
        await trained.WaitAsync(stop);
        return await JobPlays.Succeed(run, stop);
    };

    private static async Task AnswerBeganAsync(KillScene scene)
    {
        using var content = scene.Photos();
        var body = await content.ReadAsByteArrayAsync(ServiceRig.Stop);
        using var wire = await scene.WireAsync("POST /api/train-identity", ("Content-Type", "application/json"), ("Content-Length", $"{body.Length}"));
        await wire.BodyAsync(body);
        await wire.ExpectAsync("HTTP/1.1 200");
    }
}
