using System.Text;
using System.Text.Json.Nodes;
using MetadataExtractor;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

public sealed class TrainIdentityTests(DefaultService service) : TrainIdentityFacts(service), IClassFixture<DefaultService>;

/// <summary>Of the build output, and in Published/ of what is deployed.</summary>
public abstract class TrainIdentityFacts(DefaultService service)
{
    private readonly ServiceRig _rig = service.Rig;

    [Fact]
    public async Task Photos_in_the_originals_request_come_out_ready()
    {
        var data = Uploads.Three.Select((name, n) => (n == 1 ? "data:image/jpeg;base64," : "") + Convert.ToBase64String(Uploads.Sample(name)));

        var reply = await _rig.SendAsync(HttpMethod.Post, "/functions/v1/train-identity", "mira", Uploads.Json("Mom", data, userId: "mira"));
        var repo = (string)reply.Json["repoId"]!;
        var view = await _rig.BecomesAsync((string)reply.Json["identityId"]!, "mira", "ready");

        Assert.Equal(200, reply.Status);
        Assert.True((bool)reply.Json["success"]!);
        Assert.Matches("^local/identity-mom-[0-9]{13}$", repo);
        Assert.Equal(new Uri(_rig.Hub.Url, repo).AbsoluteUri, (string?)reply.Json["modelUrl"]);
        Assert.Equal(("Mom", repo, 3, "v1"), ((string?)view["identityName"], (string?)view["modelId"], (int)view["numTrainingImages"]!, (string?)view["version"]));
        Assert.NotNull((string?)view["trainedAt"]);
        Assert.Null((string?)view["stage"]);
        Assert.Equal((1000, 0.0004, 512), ((int)view["trainingConfig"]!["steps"]!, (double)view["trainingConfig"]!["learning_rate"]!, (int)view["trainingConfig"]!["resolution"]!));
    }

    [Fact]
    public async Task The_Hub_saw_one_private_repo_one_commit_of_pointers_and_one_job()
    {
        var reply = await _rig.UploadAsync("ana", Uploads.Multipart("Aunt Mary-Lou", Uploads.Three));
        var repo = (string)reply.Json["repoId"]!;
        await _rig.BecomesAsync((string)reply.Json["identityId"]!, "ana", "ready");

        var journal = _rig.Hub.Journal.Entries.Where(entry => entry.Repo == repo).ToList();
        var ours = Assert.Single(journal, entry => entry is { Kind: JournalKinds.Commit, By: Actor.Service });
        var job = Assert.Single(journal, entry => entry.Kind == JournalKinds.JobStarted);
        Assert.Single(journal, entry => entry.Kind == JournalKinds.RepoCreated);
        Assert.Single(journal, entry => entry is { Kind: JournalKinds.Commit, By: Actor.Runner });
        Assert.True(_rig.Hub.IsPrivate(repo));
        Assert.Equal("Upload training data for Aunt Mary-Lou (3 images)", ours.Message);
        Assert.Equal(3, journal.Count(entry => entry is { Kind: JournalKinds.ObjectStored, By: Actor.Service }));
        Assert.Equal(["app", "attempt", "env", "identity", "profile"], job.Labels!.Keys.Order());
        Assert.Equal((string?)reply.Json["identityId"], job.Labels["identity"]);
        var files = _rig.Hub.Files(repo, ours.Sha!)!;
        Assert.Equal([".gitattributes", "README.md", "images/image_001.jpg", "images/image_002.jpg", "images/image_003.png", "training_config.json"], files.Keys.Order(StringComparer.Ordinal));
        Assert.All(files.Where(file => file.Key.StartsWith("images/", StringComparison.Ordinal)), file => Assert.NotNull(file.Value.Oid));
    }

    [Fact]
    public async Task What_lies_in_the_repo_is_the_originals_layout_and_no_more_than_the_photos()
    {
        var reply = await _rig.UploadAsync("iva", Uploads.Multipart("Iva", Uploads.Three));
        var repo = (string)reply.Json["repoId"]!;

        var config = JsonNode.Parse(_rig.Hub.ReadFile(repo, "training_config.json")!)!;
        var card = Encoding.UTF8.GetString(_rig.Hub.ReadFile(repo, "README.md")!);
        var attributes = Encoding.UTF8.GetString(_rig.Hub.ReadFile(repo, ".gitattributes")!);

        Assert.Equal(("Iva", 3, "iva", "flux-lora"), ((string?)config["identity_name"], (int)config["num_images"]!, (string?)config["user_id"], (string?)config["model_type"]));
        Assert.Equal((string?)reply.Json["identityId"], (string?)config["identity_id"]);
        Assert.Equal(3, config["images"]!.AsArray().Count);
        Assert.StartsWith("---\nlicense: other\n", card, StringComparison.Ordinal);
        Assert.Contains("# Iva Identity Model", card, StringComparison.Ordinal);
        Assert.Contains("*.safetensors filter=lfs", attributes, StringComparison.Ordinal);
        Assert.Contains("*.jpg filter=lfs", attributes, StringComparison.Ordinal);
        foreach (var path in (string[])["images/image_001.jpg", "images/image_002.jpg", "images/image_003.png"])
        {
            using var photo = new MemoryStream(_rig.Hub.ReadFile(repo, path)!);
            var tags = ImageMetadataReader.ReadMetadata(photo).SelectMany(directory => directory.Tags).ToList();
            Assert.DoesNotContain(tags, tag => tag.DirectoryName.Contains("GPS", StringComparison.Ordinal) || tag.DirectoryName.Contains("XMP", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("李小龍", "person")]
    [InlineData("<script>alert(1)</script>", "script-alert-1-script")]
    [InlineData("`**[x](javascript:alert(1))** | = #", "x-javascript-alert-1")]
    public async Task Any_good_name_is_inert_and_kept_to_the_letter(string name, string slug)
    {
        var reply = await _rig.UploadAsync("names", Uploads.Multipart(name, Uploads.Three));
        var repo = (string)reply.Json["repoId"]!;

        var card = Encoding.UTF8.GetString(_rig.Hub.ReadFile(repo, "README.md")!);

        Assert.Matches($"^local/identity-{slug}-[0-9]{{13}}$", repo);
        Assert.Equal(name, (string?)JsonNode.Parse(_rig.Hub.ReadFile(repo, "training_config.json")!)!["identity_name"]);
        Assert.DoesNotContain("<script>", card, StringComparison.Ordinal);
        Assert.DoesNotContain("[x](", card, StringComparison.Ordinal);
        Assert.Contains(_rig.Hub.Journal.Entries, entry => entry.Repo == repo && entry.Message == $"Upload training data for {name} (3 images)");
    }

    [Fact]
    public async Task The_same_request_again_answers_for_the_same_identity()
    {
        var first = await _rig.UploadAsync("twice", Uploads.Json("Twin", Uploads.Three));
        var again = await _rig.UploadAsync("twice", Uploads.Multipart("Twin", Uploads.Three));
        var other = await _rig.UploadAsync("somebody-else", Uploads.Json("Twin", Uploads.Three));

        Assert.Equal((string?)first.Json["identityId"], (string?)again.Json["identityId"]);
        Assert.Equal((null, "true"), (first.Header("Idempotency-Replayed"), again.Header("Idempotency-Replayed")));
        Assert.NotEqual((string?)first.Json["repoId"], (string?)other.Json["repoId"]);
    }

    [Fact]
    public async Task A_key_stands_for_one_request()
    {
        var first = await _rig.UploadAsync("keys", Uploads.Json("One", Uploads.Three), ("Idempotency-Key", "k-1"));
        var same = await _rig.UploadAsync("keys", Uploads.Json("One", Uploads.Three), ("Idempotency-Key", "k-1"));
        var reused = await _rig.UploadAsync("keys", Uploads.Json("Two", Uploads.Three), ("Idempotency-Key", "k-1"));
        var second = await _rig.UploadAsync("keys", Uploads.Json("One", Uploads.Three), ("Idempotency-Key", "k-2"));

        Assert.Equal((string?)first.Json["identityId"], (string?)same.Json["identityId"]);
        Assert.Equal((422, "idempotency_key_reused"), (reused.Status, reused.Code));
        Assert.NotEqual((string?)first.Json["identityId"], (string?)second.Json["identityId"]);
    }

    [Fact]
    public async Task Consent_is_recorded_when_given_and_never_when_refused()
    {
        string[] data = [.. Uploads.Three.Select(name => Convert.ToBase64String(Uploads.Sample(name)))];

        var given = await _rig.UploadAsync("c", Uploads.Json("C", data, consent: new JsonObject { ["version"] = Usual.Terms.Consent.Version, ["subject"] = "self" }));
        var bare = await _rig.UploadAsync("c", Uploads.Json("D", data, consent: true));
        var refused = await _rig.UploadAsync("c", Uploads.Json("E", data, consent: false));
        var unknown = await _rig.UploadAsync("c", Uploads.Json("F", data, consent: new JsonObject { ["version"] = "0" }));

        Assert.Equal((200, 200), (given.Status, bare.Status));
        Assert.Equal((422, "consent_required", 422, "consent_required"), (refused.Status, refused.Code, unknown.Status, unknown.Code));
    }
}
