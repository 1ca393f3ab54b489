using TrainIdentity.Tests.Photos;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The process killed before every photo had arrived: the client, which has no answer, sends the same request again.</summary>
public sealed class KillUploadTests(Tables tables)
{
    private static readonly Dictionary<string, Func<KillScene, Task>> Points = new()
    {
        ["CP01 after auth, before body"] = AskedForBodyAsync,
        ["CP02 mid-body, two of three photos read"] = SentTwoPhotosAsync,
        ["CP03 after validation, before index insert"] = scene => scene.UploadUntilTableAsync(TableProxyCall.Claims, after: false),
        ["CP04 after index, before transaction"] = scene => scene.UploadUntilTableAsync(TableProxyCall.Reserves, after: false),
        ["CP05 after Reserved, before create"] = scene => scene.UploadUntilHubAsync("create", after: false),
        ["CP06 create sent, reply unread"] = scene => scene.UploadUntilHubAsync("create", after: true),
        ["CP07 create reply read, before write"] = scene => scene.UploadUntilTableAsync(call => TableProxyCall.Writes(call, "RepoReady"), after: false),
        ["CP08 after RepoReady write"] = scene => scene.UploadUntilTableAsync(call => TableProxyCall.Writes(call, "RepoReady"), after: true),
        ["CP10 mid-PUT, two of three objects stored"] = async scene =>
        {
            await scene.UploadUntilHubAsync("put", after: false);
            await scene.StoredAsync(2);
        },
    };

    public static TheoryData<string> Chosen => KillPoints.Chosen(Points.Keys);

    [Theory]
    [MemberData(nameof(Chosen))]
    public async Task Killed_before_every_photo_arrived_the_same_request_again_ends_ready_and_nothing_happens_twice(string point)
    {
        // Only a claim without a record needs clearing here; for it, soon.
        (string, string)[] soon = point.StartsWith("CP04", StringComparison.Ordinal) ? [("Intake__AbandonedAfter", "00:00:03")] : [];
        await using var scene = await KillScene.StartAsync(tables, soon, hub => hub with { Webhook = null });
        await Points[point](scene);

        await scene.KillAsync();
        await scene.RepeatAsync();

        await scene.EndedReadyOnceAsync();
    }

    /// <summary>The service asks for a body only after it has found the token good.</summary>
    private static async Task AskedForBodyAsync(KillScene scene)
    {
        using var wire = await scene.WireAsync(
            "POST /api/train-identity", ("Content-Type", "application/json"), ("Content-Length", "1000"), ("Expect", "100-continue"));
        await wire.ExpectAsync("HTTP/1.1 100 Continue\r\n\r\n");
    }

    /// <summary>The third photo is larger than all buffers on the way, so that what comes before it has been read when most of it is sent.</summary>
    private static async Task SentTwoPhotosAsync(KillScene scene)
    {
        scene.Photos = () =>
        {
            var form = Uploads.Multipart("Killed", Uploads.Three[..2]);
            form.Add(new ByteArrayContent(JpegBytes.Photo([.. Enumerable.Repeat(JpegBytes.Segment(0xFE, new byte[60_000]), 330)])), "images", "large.jpg");
            return form;
        };
        using var content = scene.Photos();
        var body = await content.ReadAsByteArrayAsync(ServiceRig.Stop);
        using var wire = await scene.WireAsync("POST /api/train-identity", ("Content-Type", content.Headers.ContentType!.ToString()), ("Content-Length", $"{body.Length}"));
        await wire.BodyAsync(body.AsMemory(..^100_000));
    }
}
