using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

public sealed class IdentitiesTests(DefaultService service) : IdentitiesFacts(service), IClassFixture<DefaultService>;

/// <summary>Of the build output, and in Published/ of what is deployed.</summary>
public abstract class IdentitiesFacts(DefaultService service)
{
    private readonly ServiceRig _rig = service.Rig;

    [Fact]
    public async Task The_list_is_newest_first_and_pages_by_cursor()
    {
        List<string> made = [];
        foreach (var name in (string[])["A", "B", "C", "D", "E"])
        {
            made.Add((string)(await _rig.UploadAsync("lister", Uploads.Json(name, Uploads.Three))).Json["identityId"]!);
        }

        List<string> listed = [];
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await _rig.GetAsync("/api/identities?limit=2" + (cursor.Length > 0 ? $"&cursor={cursor}" : ""), "lister")).Json;
            listed.AddRange(page["identities"]!.AsArray().Select(view => (string)view!["id"]!));
            cursor = (string?)page["nextCursor"];
        }

        Assert.Equal(made.AsEnumerable().Reverse(), listed);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=-1")]
    [InlineData("limit=1e9")]
    [InlineData("limit=101")]
    [InlineData("cursor=x")]
    [InlineData("cursor=%27%20or%20PartitionKey%20ne%20%27")]
    public async Task A_page_is_asked_for_in_one_way(string query)
    {
        var reply = await _rig.GetAsync("/api/identities?" + query, "lister2");

        Assert.Equal((400, "request_malformed"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Somebody_elses_identity_is_as_unknown_as_none()
    {
        var id = (string)(await _rig.UploadAsync("owner", Uploads.Json("Mine", Uploads.Three))).Json["identityId"]!;
        var none = "0198c0de-0000-7000-8000-000000000001";

        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Delete])
        {
            var theirs = await _rig.SendAsync(method, $"/api/identities/{id}", "thief");
            var unknown = await _rig.SendAsync(method, $"/api/identities/{none}", "thief");

            Assert.Equal((404, "identity_not_found"), (theirs.Status, theirs.Code));
            Assert.Equal(Without(unknown.Json, "instance"), Without(theirs.Json, "instance"));
        }
        Assert.Empty((await _rig.GetAsync($"/api/identities?cursor={id}", "thief")).Json["identities"]!.AsArray());
        Assert.Equal(200, (await _rig.GetAsync($"/api/identities/{id}", "owner")).Status);
    }

    [Fact]
    public async Task Reads_are_cheap_while_nothing_changes()
    {
        var id = (string)(await _rig.UploadAsync("etag", Uploads.Json("Tag", Uploads.Three))).Json["identityId"]!;
        await _rig.BecomesAsync(id, "etag", "ready");
        var first = await _rig.GetAsync($"/api/identities/{id}", "etag");

        var same = await _rig.GetAsync($"/api/identities/{id}", "etag", ("If-None-Match", first.Header("ETag")!));
        var weak = await _rig.GetAsync($"/api/identities/{id}", "etag", ("If-None-Match", $"\"0\", W/{first.Header("ETag")}"));
        var any = await _rig.GetAsync($"/api/identities/{id}", "etag", ("If-None-Match", "*"));
        var other = await _rig.GetAsync($"/api/identities/{id}", "etag", ("If-None-Match", "\"0\""));
        var head = await _rig.SendAsync(HttpMethod.Head, $"/api/identities/{id}", "etag");

        Assert.Matches("^\"[0-9]+\"$", first.Header("ETag"));
        Assert.Equal((304, "", 200, 200, ""), (same.Status, same.Text, other.Status, head.Status, head.Text));
        Assert.Equal((304, 304), (weak.Status, any.Status));
    }

    [Fact]
    public async Task Delete_takes_the_repo_and_the_rows()
    {
        var made = (await _rig.UploadAsync("leaver", Uploads.Json("Bye", Uploads.Three))).Json;
        var (id, repo) = ((string)made["identityId"]!, (string)made["repoId"]!);
        await _rig.BecomesAsync(id, "leaver", "ready");

        var deleted = await _rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}", "leaver");
        var read = await _rig.GetAsync($"/api/identities/{id}", "leaver");
        await _rig.GoneAsync(repo);

        Assert.Equal((202, 404), (deleted.Status, read.Status));
        Assert.Empty((await _rig.GetAsync("/api/identities", "leaver")).Json["identities"]!.AsArray());
        Assert.Single(_rig.Hub.Journal.Entries, entry => entry.Repo == repo && entry is { Kind: JournalKinds.RepoDeleted, By: Actor.Service });
    }

    [Fact]
    public async Task Delete_in_training_ends_the_job_first()
    {
        _rig.Hub.Play = JobPlays.Hang;
        try
        {
            var made = (await _rig.UploadAsync("stopper", Uploads.Json("Stop", Uploads.Three))).Json;
            var (id, repo) = ((string)made["identityId"]!, (string)made["repoId"]!);

            var deleted = await _rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}", "stopper");
            await _rig.GoneAsync(repo);

            var journal = _rig.Hub.Journal.Entries.Where(entry => entry.Repo == repo).Select(entry => entry.Kind).ToList();
            Assert.Equal(202, deleted.Status);
            Assert.True(journal.IndexOf(JournalKinds.JobCanceled) is var canceled and >= 0 && canceled < journal.IndexOf(JournalKinds.RepoDeleted));
        }
        finally
        {
            _rig.Hub.Play = JobPlays.Succeed;
        }
    }

    [Fact]
    public async Task After_a_delete_the_same_photos_make_a_new_identity()
    {
        var first = (await _rig.UploadAsync("again", Uploads.Json("Again", Uploads.Three))).Json;
        await _rig.SendAsync(HttpMethod.Delete, $"/api/identities/{(string)first["identityId"]!}", "again");
        await _rig.GoneAsync((string)first["repoId"]!);

        var second = await _rig.UploadAsync("again", Uploads.Json("Again", Uploads.Three));

        Assert.Equal(200, second.Status);
        Assert.NotEqual((string?)first["identityId"], (string?)second.Json["identityId"]);
        Assert.NotEqual((string?)first["repoId"], (string?)second.Json["repoId"]);
    }

    private static string Without(JsonNode json, string field)
    {
        json.AsObject().Remove(field);
        return json.ToJsonString();
    }
}
