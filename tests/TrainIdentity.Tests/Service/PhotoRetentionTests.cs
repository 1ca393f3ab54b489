using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Training;

namespace TrainIdentity.Tests.Service;

/// <summary>A deployment that keeps no photos once there is a model: what people are told, and what is left.</summary>
public sealed class PhotoRetentionTests(Tables tables)
{
    private const string Owner = "owner";

    [Fact]
    public async Task Photos_go_after_the_training_and_everything_else_stays_and_says_so()
    {
        var front = TinyPhotos.Jpeg(7);
        await using var rig = await ServiceRig.StartAsync(
            tables, new Dictionary<string, string?> { ["Retention__Photos"] = "afterTraining" },
            hub: options => options with { Play = new Course { Starts = TimeSpan.Zero, Ends = TimeSpan.FromSeconds(0.3), Leaves = run => ResultFiles.Pictured(run, Weights.Of(run.JobId), ("front", "previews/front.jpg", front)) }.Play(CancellationToken.None) });
        var limits = (await rig.GetAsync("/api/limits", null)).Json;
        var opened = (await rig.SendAsync(HttpMethod.Post, "/api/identities", Owner, Uploads.Text("""{"identityName":"Mom","consent":true}"""))).Json;
        var (id, repo) = ((string)opened["id"]!, (string)opened["modelId"]!);
        List<string> oids = [];
        foreach (var (number, photo) in new[] { (1, 9), (1, 1), (2, 2), (3, 3) })
        {
            oids.Add((string)(await rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/photos/{number}", Owner, new ByteArrayContent(TinyPhotos.Png(photo)))).Json["sha256"]!);
        }
        await rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/thumbnail", Owner, new ByteArrayContent(TinyPhotos.Jpeg(1)));
        Assert.Equal(202, (await rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/train", Owner)).Status);
        await rig.BecomesAsync(id, Owner, "ready");

        var held = (await rig.GetAsync("/api/me", Owner)).Json["identities"]![0]!;
        while (held["photosRemovedAt"] is null)
        {
            await Task.Delay(100, ServiceRig.Stop);
            held = (await rig.GetAsync("/api/me", Owner)).Json["identities"]![0]!;
        }
        var (thumbnail, preview) = (await rig.GetAsync($"/api/identities/{id}/thumbnail", Owner), await rig.GetAsync($"/api/identities/{id}/previews/front", Owner));
        var link = await rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/weights-link", Owner);

        Assert.Equal("afterTraining", (string?)limits["photos"]!["kept"]);
        Assert.Contains("removed for good as soon as the model is trained", (string?)limits["consent"]!["text"], StringComparison.Ordinal);
        Assert.Equal(((string?)limits["consent"]!["version"], "afterTraining"), ((string?)held["consent"]!["version"], (string?)held["photosKept"]));
        Assert.All(oids, oid => Assert.False(rig.Hub.HasObject(repo, oid)));
        Assert.Equal(["previews/front.jpg", "pytorch_lora_weights.safetensors", "thumbnail.jpg"], rig.Hub.Files(repo)!.Where(file => file.Value.Oid is not null).Select(file => file.Key).Order());
        Assert.Equal(["previews/front.jpg", "thumbnail.jpg"], held["photos"]!.AsArray().Select(photo => (string)photo!["path"]!).Order());
        Assert.Equal((200, 200, 200), (thumbnail.Status, preview.Status, link.Status));
        Assert.Equal(TinyPhotos.Jpeg(1), thumbnail.Bytes);
        Assert.Equal(front, preview.Bytes);
        Assert.Equal(("ready", 3), ((string?)held["identity"]!["status"], (int)held["identity"]!["numTrainingImages"]!));

        Assert.Equal(202, (await rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}", Owner)).Status);
        await rig.GoneAsync(repo);
    }
}
