using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.Tests.Photos;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The picture that stands for an identity in lists: sent with a draft, committed beside its photos, read back by its owner alone.</summary>
public sealed class ThumbnailTests(DefaultService service) : ThumbnailFacts(service), IClassFixture<DefaultService>;

/// <summary>Of the build output, and in Published/ of what is deployed.</summary>
public abstract class ThumbnailFacts(DefaultService service)
{
    private const string Path = "thumbnail.jpg";

    private ServiceRig Rig => service.Rig;

    [Fact]
    public async Task A_thumbnail_is_committed_beside_the_photos_and_read_by_its_owner_alone()
    {
        var (id, repo) = await DraftAsync("has");
        byte[] sent = JpegBytes.Photo(ExifBytes.Segment(1));
        var put = await PutAsync("has", id, sent);
        var open = await ViewAsync("has", id);
        var early = await GetAsync("has", id);
        await TrainAsync("has", id);
        var ready = await Rig.BecomesAsync(id, "has", "ready");

        var read = await GetAsync("has", id, ("Accept", "image/*"));
        var same = await GetAsync("has", id, ("If-None-Match", read.Header("ETag")!));
        var head = await Rig.SendAsync(HttpMethod.Head, Route(id), "has");
        var stranger = await GetAsync("stranger", id);
        var config = JsonNode.Parse(Rig.Hub.ReadFile(repo, "training_config.json"))!;

        Assert.Equal((200, JpegBytes.Photo().Length, 100, 80), (put.Status, (int)put.Json["bytes"]!, (int)put.Json["width"]!, (int)put.Json["height"]!));
        Assert.Equal((3, null, 404, "photo_not_found"), ((int)open["numTrainingImages"]!, (string?)open["thumbnailUrl"], early.Status, early.Code));
        Assert.Equal((3, Route(id)), ((int)ready["numTrainingImages"]!, (string?)ready["thumbnailUrl"]));
        Assert.Equal((200, "image/jpeg", "no-store", "nosniff"), (read.Status, read.Header("Content-Type"), read.Header("Cache-Control"), read.Header("X-Content-Type-Options")));
        Assert.Equal(JpegBytes.Photo(), read.Bytes);
        Assert.Equal(($"\"{(string?)put.Json["sha256"]}\"", (string?)put.Json["sha256"]), (read.Header("ETag"), Sha256(read.Bytes)));
        Assert.Equal((304, 0, read.Header("ETag")), (same.Status, same.Bytes.Length, same.Header("ETag")));
        Assert.Equal((200, 0, read.Header("ETag")), (head.Status, head.Bytes.Length, head.Header("ETag")));
        Assert.Equal((404, "identity_not_found"), (stranger.Status, stranger.Code));
        Assert.Equal((string?)put.Json["sha256"], Rig.Hub.Files(repo)![Path].Oid);
        Assert.Equal((3, 3), ((int)config["num_images"]!, config["images"]!.AsArray().Count));
        Assert.DoesNotContain(Path, config.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_one_counts_and_all_of_them_count_as_bytes_of_the_day()
    {
        var (id, repo) = await DraftAsync("replaces");
        var before = await BytesTodayAsync("replaces");
        await PutAsync("replaces", id, TinyPhotos.Jpeg(1));
        await PutAsync("replaces", id, TinyPhotos.Jpeg(1));
        var last = await PutAsync("replaces", id, TinyPhotos.Jpeg(2));
        var held = (await Rig.GetAsync("/api/me", "replaces")).Json["identities"]![0]!["photos"]!.AsArray();
        var listed = (await Rig.GetAsync($"/api/identities/{id}/photos", "replaces")).Json["photos"]!.AsArray();
        await TrainAsync("replaces", id);
        await Rig.BecomesAsync(id, "replaces", "ready");

        Assert.Equal(TinyPhotos.Jpeg(1).Length + TinyPhotos.Jpeg(2).Length, await BytesTodayAsync("replaces") - before);
        Assert.Equal((string?)last.Json["sha256"], (string?)Assert.Single(held, photo => (string?)photo!["path"] == Path)!["sha256"]);
        Assert.Equal([1, 2, 3], listed.Select(photo => (int)photo!["number"]!));
        Assert.Equal(TinyPhotos.Jpeg(2), Rig.Hub.ReadFile(repo, Path));
    }

    [Fact]
    public async Task Without_one_there_is_none()
    {
        var (id, repo) = await DraftAsync("plain");
        await TrainAsync("plain", id);
        var ready = await Rig.BecomesAsync(id, "plain", "ready");
        var none = await GetAsync("plain", id);

        Assert.Null((string?)ready["thumbnailUrl"]);
        Assert.False(Rig.Hub.Files(repo)!.ContainsKey(Path));
        Assert.Equal((404, "photo_not_found"), (none.Status, none.Code));
    }

    [Fact]
    public async Task What_is_no_small_JPEG_is_refused_and_changes_nothing()
    {
        var (id, _) = await DraftAsync("wrong");
        var before = await BytesTodayAsync("wrong");

        var png = await PutAsync("wrong", id, TinyPhotos.Png(1));
        var largest = JpegBytes.OfLength(64 << 10);
        var large = await PutAsync("wrong", id, JpegBytes.OfLength((64 << 10) + 1));

        Assert.Equal((422, "image_type_not_allowed", "/thumbnail"), (png.Status, png.Code, (string?)png.Json["errors"]![0]!["pointer"]));
        Assert.Contains("JPEG", (string?)png.Json["detail"], StringComparison.Ordinal);
        Assert.Equal((413, "image_too_large"), (large.Status, large.Code));
        Assert.Contains("64 KiB", (string?)large.Json["detail"], StringComparison.Ordinal);
        Assert.Equal((422, "image_empty"), await CodeAsync(PutAsync("wrong", id, [])));
        Assert.Equal((422, "image_corrupt"), await CodeAsync(PutAsync("wrong", id, TinyPhotos.Jpeg(1)[..^20])));
        Assert.Equal((422, "image_dimensions"), await CodeAsync(PutAsync("wrong", id, JpegBytes.Join(JpegBytes.Soi, JpegBytes.Tables, JpegBytes.Frame(63, 63), JpegBytes.Scan(), JpegBytes.Data, JpegBytes.Eoi))));
        Assert.Equal(before, await BytesTodayAsync("wrong"));
        Assert.Equal(3, (await Rig.GetAsync("/api/me", "wrong")).Json["identities"]![0]!["photos"]!.AsArray().Count);
        Assert.Equal(200, (await PutAsync("wrong", id, largest)).Status);
    }

    [Fact]
    public async Task It_comes_while_the_draft_is_open_and_from_its_owner()
    {
        var (id, _) = await DraftAsync("closes");
        var stranger = await PutAsync("stranger", id, TinyPhotos.Jpeg(1));
        await TrainAsync("closes", id);
        var late = await PutAsync("closes", id, TinyPhotos.Jpeg(1));

        Assert.Equal((404, "identity_not_found"), (stranger.Status, stranger.Code));
        Assert.Equal((409, "state_conflict"), (late.Status, late.Code));
        Assert.Equal((404, "identity_not_found"), await CodeAsync(PutAsync("closes", "0198c0de-0000-7000-8000-000000000001", TinyPhotos.Jpeg(1))));
    }

    [Fact]
    public async Task A_lost_thumbnail_holds_no_training_up()
    {
        var (id, repo) = await DraftAsync("loses");
        var put = await PutAsync("loses", id, TinyPhotos.Jpeg(1));
        Rig.Hub.LoseObject(repo, (string)put.Json["sha256"]!);

        var trained = await TrainAsync("loses", id);
        var ready = await Rig.BecomesAsync(id, "loses", "ready");

        Assert.Equal((202, null), (trained.Status, (string?)ready["thumbnailUrl"]));
        Assert.False(Rig.Hub.Files(repo)!.ContainsKey(Path));
        Assert.Equal(3, (await Rig.GetAsync("/api/me", "loses")).Json["identities"]![0]!["photos"]!.AsArray().Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_draft_that_opens_again_has_the_thumbnail_unless_that_was_lost_too(bool lost)
    {
        var user = $"reopens-{lost}";
        var (id, repo) = await DraftAsync(user);
        var put = await PutAsync(user, id, TinyPhotos.Jpeg(1));
        var photo = (await Rig.GetAsync($"/api/identities/{id}/photos", user)).Json["photos"]![1]!;
        Rig.Hub.LoseObject(repo, (string)photo["sha256"]!);
        if (lost)
        {
            Rig.Hub.LoseObject(repo, (string)put.Json["sha256"]!);
        }

        var missing = await TrainAsync(user, id);
        await PutPhotoAsync(user, id, 2);
        var trained = await TrainAsync(user, id);
        await Rig.BecomesAsync(id, user, "ready");

        Assert.Equal((409, "photos_missing"), (missing.Status, missing.Code));
        Assert.Equal(["/photos/2"], missing.Json["errors"]!.AsArray().Select(error => (string?)error!["pointer"]));
        Assert.Equal((202, !lost), (trained.Status, Rig.Hub.Files(repo)!.ContainsKey(Path)));
    }

    [Fact]
    public async Task A_thumbnail_and_the_training_meet_in_some_order_and_agree()
    {
        var (id, repo) = await DraftAsync("races");

        var late = Enumerable.Range(1, 5).Select(n => PutAsync("races", id, TinyPhotos.Jpeg(n))).ToList();
        var trained = await TrainAsync("races", id);
        var answers = await Task.WhenAll(late);
        await Rig.BecomesAsync(id, "races", "ready");

        Assert.Equal(202, trained.Status);
        Assert.All(answers, reply => Assert.True(reply.Status is 200 || reply is { Status: 409, Code: "state_conflict" }, reply.Text));
        var kept = answers.Where(reply => reply.Status is 200).Select(reply => (string?)reply.Json["sha256"]).ToList();
        Assert.Equal(kept.Count > 0, Rig.Hub.Files(repo)!.ContainsKey(Path));
        Assert.True(kept.Count == 0 || kept.Contains(Rig.Hub.Files(repo)![Path].Oid));
    }

    [Fact]
    public async Task Whoever_accepts_no_picture_is_told_what_to_ask_for()
    {
        var reply = await GetAsync("picky", "0198c0de-0000-7000-8000-000000000001", ("Accept", "application/json"));
        var other = await Rig.GetAsync("/api/identities", "picky", ("Accept", "image/*"));

        Assert.Equal((406, "not_acceptable"), (reply.Status, reply.Code));
        Assert.Contains("image/jpeg", (string?)reply.Json["detail"], StringComparison.Ordinal);
        Assert.Equal((406, "not_acceptable"), (other.Status, other.Code));
    }

    [Fact]
    public async Task What_the_Hub_gives_in_its_place_is_not_passed_on()
    {
        await using var rig = await ServiceRig.StartAsync(service.Tables);
        var id = (string)(await rig.SendAsync(HttpMethod.Post, "/api/identities", "waits", Uploads.Text("""{"identityName":"Mom","consent":true}"""))).Json["id"]!;
        for (var n = 1; n <= 3; n++)
        {
            await rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/photos/{n}", "waits", new ByteArrayContent(TinyPhotos.Png(n)));
        }
        await rig.SendAsync(HttpMethod.Put, Route(id), "waits", new ByteArrayContent(TinyPhotos.Jpeg(1)));
        await rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/train", "waits");
        await rig.BecomesAsync(id, "waits", "ready");
        rig.Hub.Faults.Add(new Fault("resolve", FaultKind.Status, Status: 200, Body: "something else"));
        var other = await rig.GetAsync(Route(id), "waits");
        rig.Hub.Faults.Add(new Fault("resolve", FaultKind.Status, Status: 302, Headers: new Dictionary<string, string> { ["Location"] = "https://elsewhere.example/thumbnail.jpg" }));
        var elsewhere = await rig.GetAsync(Route(id), "waits");

        Assert.Equal((502, "hub_bad_response", null), (other.Status, other.Code, other.Header("ETag")));
        Assert.Equal((502, "hub_bad_response", null), (elsewhere.Status, elsewhere.Code, elsewhere.Header("ETag")));
        Assert.Equal(TinyPhotos.Jpeg(1), (await rig.GetAsync(Route(id), "waits")).Bytes);
    }

    /// <summary>With three photos.</summary>
    private async Task<(string Id, string Repo)> DraftAsync(string user)
    {
        var opened = await Rig.SendAsync(HttpMethod.Post, "/api/identities", user, Uploads.Text("""{"identityName":"Mom","consent":true}"""));
        var id = (string)opened.Json["id"]!;
        for (var n = 1; n <= 3; n++)
        {
            await PutPhotoAsync(user, id, n);
        }
        return (id, (string)opened.Json["modelId"]!);
    }

    private async Task PutPhotoAsync(string user, string id, int number) =>
        Assert.Equal(200, (await Rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/photos/{number}", user, new ByteArrayContent(TinyPhotos.Png(number)))).Status);

    private Task<Reply> PutAsync(string user, string id, byte[] thumbnail) => Rig.SendAsync(HttpMethod.Put, Route(id), user, new ByteArrayContent(thumbnail));

    private Task<Reply> GetAsync(string user, string id, params (string Name, string Value)[] headers) => Rig.GetAsync(Route(id), user, headers);

    private async Task<JsonNode> ViewAsync(string user, string id) => (await Rig.GetAsync($"/api/identities/{id}", user)).Json;

    private Task<Reply> TrainAsync(string user, string id) => Rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/train", user);

    private async Task<long> BytesTodayAsync(string user) => (long)(await Rig.GetAsync("/api/me", user)).Json["quota"]!["bytesToday"]!;

    private static string Route(string id) => $"/api/identities/{id}/thumbnail";

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static async Task<(int Status, string? Code)> CodeAsync(Task<Reply> asked) => await asked is var reply ? (reply.Status, reply.Code) : default;
}
