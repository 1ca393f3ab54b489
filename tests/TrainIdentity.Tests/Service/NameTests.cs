using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Identities;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>Names through the whole service: refused without a trace, or the same text in view, repo and commit, and in no line of the log.</summary>
public sealed class NameTests(Tables tables)
{
    [Fact]
    public async Task Every_name_of_the_table_is_refused_or_inert()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        rig.Hub.Play = JobPlays.Hang;
        foreach (var one in NameCase.All)
        {
            var user = $"user-{one.Id}";
            var before = rig.Hub.Repos.Count;

            var reply = await rig.UploadAsync(user, Uploads.Json(one.Name, Uploads.Three));

            Assert.Equal((one.Id, one.Code is null ? 200 : 422, one.Code), (one.Id, reply.Status, reply.Status is 200 ? null : reply.Code));
            Assert.Equal(before + (one.Code is null ? 1 : 0), rig.Hub.Repos.Count);
            if (one.Code is null)
            {
                await AssertSameAsync(rig, user, one.Value ?? one.Name, reply.Json);
            }
        }
        foreach (var name in NameCase.All.Select(one => one.Name).Where(name => name.Length > 5))
        {
            Assert.DoesNotContain(rig.Stack.FunctionsHost.HandlerLines, line => line.Contains(name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_repo_named_opaquely_tells_nobody_whose_it_is()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Hub__RepoNaming"] = "opaque" });

        var made = (await rig.UploadAsync("opaque-user-1", Uploads.Json("Xylocanarius", Uploads.Three))).Json;
        var repo = (string)made["repoId"]!;
        var view = await rig.BecomesAsync((string)made["identityId"]!, "opaque-user-1", "ready");

        Assert.Equal($"local/identity-{(string)made["identityId"]!}", repo);
        Assert.Equal("Xylocanarius", (string)view["identityName"]!);
        foreach (var path in rig.Hub.Files(repo)!.Keys)
        {
            var text = System.Text.Encoding.Latin1.GetString(rig.Hub.ReadFile(repo, path)!);
            Assert.DoesNotContain("Xylocanarius", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("opaque-user-1", text, StringComparison.Ordinal);
        }
        Assert.All(rig.Hub.Journal.Entries, entry => Assert.DoesNotContain("Xylocanarius", entry.Message ?? "", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task AssertSameAsync(ServiceRig rig, string user, string name, JsonNode made)
    {
        var repo = (string)made["repoId"]!;
        var config = JsonNode.Parse(rig.Hub.ReadFile(repo, "training_config.json")!)!;
        var commit = rig.Hub.Journal.Entries.Single(entry => entry.Kind == JournalKinds.Commit && entry.Repo == repo);
        var view = (await rig.GetAsync($"/api/identities/{(string)made["identityId"]!}", user)).Json;

        Assert.Equal((name, name), ((string)config["identity_name"]!, (string)view["identityName"]!));
        Assert.StartsWith($"Upload training data for {name} (3 images)", commit.Message, StringComparison.Ordinal);
        Assert.Equal([".gitattributes", "README.md", "images/image_001.jpg", "images/image_002.jpg", "images/image_003.png", "training_config.json"], rig.Hub.Files(repo)!.Keys.Order(StringComparer.Ordinal));
    }
}
