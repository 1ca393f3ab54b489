using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The process killed while photos come one by one: the client begins again, with the same key, and finds what it had.</summary>
public sealed class KillDraftTests(Tables tables)
{
    private static readonly Dictionary<string, Func<KillScene, Task>> Points = new()
    {
        ["DR1 draft recorded, before create"] = scene => scene.UploadUntilHubAsync("create", after: false),
        ["DR2 create reply unread"] = scene => scene.UploadUntilHubAsync("create", after: true),
        ["DR3 repo made, before write"] = scene => scene.UploadUntilTableAsync(call => TableProxyCall.Writes(call, "Draft") && scene.Rig.Hub.Repos.Count > 0, after: false),
        ["DR4 photo stored, before its row"] = scene => scene.UploadUntilTableAsync(TableProxyCall.KeepsPhoto, after: false),
        ["DR5 photo kept, before its answer"] = scene => scene.UploadUntilTableAsync(TableProxyCall.KeepsPhoto, after: true),
        ["DR6 before the draft is closed"] = scene => scene.UploadUntilTableAsync(call => TableProxyCall.Writes(call, "RepoReady"), after: false),
        ["DR7 closed, before its answer"] = scene => scene.UploadUntilTableAsync(call => TableProxyCall.Writes(call, "RepoReady"), after: true),
        ["DR8 thumbnail stored, before its row"] = scene => PictureUntilAsync(scene, after: false),
        ["DR9 thumbnail kept, before its answer"] = scene => PictureUntilAsync(scene, after: true),
    };

    public static TheoryData<string> Chosen => KillPoints.Chosen(Points.Keys);

    [Theory]
    [MemberData(nameof(Chosen))]
    public async Task Killed_with_a_draft_the_same_steps_again_end_ready_and_nothing_happens_twice(string point)
    {
        await using var scene = await KillScene.StartAsync(tables, [], hub => hub with { Webhook = null });
        scene.Client = scene.DraftAsync;
        await Points[point](scene);

        await scene.KillAsync();
        await scene.RepeatAsync();

        await scene.EndedReadyOnceAsync();
        Assert.Equal(scene.Thumbnail, scene.Rig.Hub.ReadFile(scene.Rig.Hub.Repos.Single(), "thumbnail.jpg"));
    }

    private static Task PictureUntilAsync(KillScene scene, bool after)
    {
        scene.Thumbnail = TinyPhotos.Jpeg(1);
        return scene.UploadUntilTableAsync(TableProxyCall.KeepsThumbnail, after);
    }
}
