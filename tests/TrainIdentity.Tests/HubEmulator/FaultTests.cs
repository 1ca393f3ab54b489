using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class FaultTests
{
    private const string Repo = "local/mira";

    [Fact]
    public async Task A_commit_that_was_made_can_look_like_a_failure()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        var parent = hub.Head(Repo);
        _ = await user.JsonAsync(user.PostAsync("/_emulator/faults", JsonNode.Parse("""{"route":"commit","fault":"error-after-effect","status":500,"times":1}""")!));

        using var first = await user.TryCommitAsync(Repo, parent, HubUser.Text("a.txt", "a"));
        using var second = await user.TryCommitAsync(Repo, parent, HubUser.Text("a.txt", "a"));

        Assert.Equal(HttpStatusCode.InternalServerError, first.StatusCode);
        Assert.True(first.Headers.Contains("X-Request-Id"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, second.StatusCode);
        Assert.Single(hub.Journal.Entries, entry => entry.Kind is JournalKinds.Commit);
    }

    [Theory]
    [InlineData("""{"route":"whoami","fault":"status","status":503}""", 503, "unavailable")]
    [InlineData("""{"route":"whoami","fault":"status","status":402,"body":"{\"error\":\"no credit\"}"}""", 402, "no credit")]
    [InlineData("""{"route":"whoami","fault":"rate-limit"}""", 429, "rate limit")]
    [InlineData("""{"route":"whoami","fault":"busy"}""", 409, "another conflicting operation is in progress")]
    [InlineData("""{"route":"whoami","fault":"exists-without-url"}""", 409, "A repository with this name already exists")]
    [InlineData("""{"route":"whoami","fault":"stale-parent"}""", 412, "A commit has happened since")]
    [InlineData("""{"route":"whoami","fault":"quota"}""", 403, "Private repository storage limit reached")]
    [InlineData("""{"route":"whoami","fault":"quota","status":400}""", 400, "Private repository storage limit reached")]
    [InlineData("""{"route":"whoami","fault":"html"}""", 502, "<!DOCTYPE html>")]
    public async Task A_call_fails_as_told_as_often_as_told(string fault, int status, string text)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.JsonAsync(user.PostAsync("/_emulator/faults", JsonNode.Parse(fault)!));

        using var struck = await user.GetAsync("/api/whoami-v2");
        using var spared = await user.GetAsync("/api/whoami-v2");

        Assert.Equal(status, (int)struck.StatusCode);
        Assert.Contains(text, await struck.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, spared.StatusCode);
    }

    [Fact]
    public async Task Headers_of_a_refusal_can_be_given()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        hub.Faults.Add(new("whoami", FaultKind.RateLimit));
        hub.Faults.Add(new("whoami", FaultKind.Status, Status: 429, Headers: new Dictionary<string, string> { ["Retry-After"] = "7" }));

        using var limited = await user.GetAsync("/api/whoami-v2");
        using var later = await user.GetAsync("/api/whoami-v2");

        Assert.Equal("\"api\";r=0;t=2", limited.Headers.GetValues("RateLimit").Single());
        Assert.Equal("7", later.Headers.GetValues("Retry-After").Single());
        Assert.DoesNotContain("r=0", later.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_connection_is_cut_before_or_after_the_effect(bool after, int commits)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        hub.Faults.Add(new("commit", FaultKind.Cut, After: after));

        await Assert.ThrowsAsync<HttpRequestException>(() => user.TryCommitAsync(Repo, null, HubUser.Text("a.txt", "a")));

        Assert.Equal(commits, hub.Journal.Entries.Count(entry => entry.Kind is JournalKinds.Commit));
    }

    [Fact]
    public async Task An_upload_is_cut_in_the_middle_and_can_be_repeated()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(1 << 20);
        var href = await HrefAsync(user, photo);
        hub.Faults.Add(new("put", FaultKind.CutBody, Bytes: 1000));

        await Assert.ThrowsAsync<HttpRequestException>(() => user.PutAsync(href, photo));
        var cut = hub.HasObject(Repo, HubUser.Oid(photo));
        using var again = await user.PutAsync(href, photo);

        Assert.False(cut);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.True(hub.HasObject(Repo, HubUser.Oid(photo)));
    }

    [Fact]
    public async Task Storage_times_out_expires_and_forgets_its_etag()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(1000);
        var href = await HrefAsync(user, photo);
        hub.Faults.Add(new("put", FaultKind.S3Timeout));
        hub.Faults.Add(new("put", FaultKind.ExpireUrls));
        hub.Faults.Add(new("put", FaultKind.DropEtag));

        using var timeout = await user.PutAsync(href, photo);
        using var expired = await user.PutAsync(href, photo);
        using var bare = await user.PutAsync(href, photo);

        Assert.Equal(HttpStatusCode.BadRequest, timeout.StatusCode);
        Assert.Contains("<Code>RequestTimeout</Code>", await timeout.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, expired.StatusCode);
        Assert.Equal(HttpStatusCode.OK, bare.StatusCode);
        Assert.Null(bare.Headers.ETag);
    }

    [Fact]
    public async Task A_batch_gives_expired_addresses_refuses_objects_and_claims_what_it_lacks()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(1000);
        _ = await user.CreateAsync("mira");
        hub.Faults.Add(new("batch", FaultKind.ExpireUrls));
        hub.Faults.Add(new("batch", FaultKind.BatchObjectError));
        hub.Faults.Add(new("batch", FaultKind.LoseObject));

        var expired = (await user.BatchAsync(Repo, photo))[0];
        var refused = (await user.BatchAsync(Repo, photo))[0];
        var claimed = (await user.BatchAsync(Repo, photo))[0];
        using var put = await user.PutAsync((string)expired["actions"]!["upload"]!["href"]!, photo);
        using var commit = await user.TryCommitAsync(Repo, null, HubUser.Pointer("a.jpg", photo));

        Assert.Equal(HttpStatusCode.Forbidden, put.StatusCode);
        Assert.Equal(422, (int)refused["error"]!["code"]!);
        Assert.False(claimed.ContainsKey("actions"));
        Assert.Equal(HttpStatusCode.BadRequest, commit.StatusCode);
    }

    [Fact]
    public async Task A_private_repo_can_come_out_public()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        hub.Faults.Add(new("create", FaultKind.Public));

        _ = await user.CreateAsync("mira");

        Assert.False(hub.IsPrivate(Repo));
        Assert.Equal("public", hub.Journal.Entries.Single().Message);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_call_is_held_until_the_faults_are_cleared(bool after, int commitsWhileHeld)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        hub.Faults.Add(new("commit", FaultKind.Hold, After: after));

        var call = user.TryCommitAsync(Repo, null, HubUser.Text("a.txt", "a"));
        await hub.Faults.WaitUntilHeldAsync(TestContext.Current.CancellationToken);
        var whileHeld = hub.Journal.Entries.Count(entry => entry.Kind is JournalKinds.Commit);
        _ = await user.DeleteAsync("/_emulator/faults");
        using var response = await call;

        Assert.Equal(commitsWhileHeld, whileHeld);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(hub.Head(Repo), (string)(await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["commitOid"]!);
    }

    [Fact]
    public async Task A_call_is_delayed()
    {
        var clock = new FakeTimeProvider();
        await using var hub = await HubUser.StartAsync(options => options with { Clock = clock });
        using var user = new HubUser(hub);
        hub.Faults.Add(new("whoami", FaultKind.Delay, Milliseconds: 60_000));

        var call = user.GetAsync("/api/whoami-v2");
        while (hub.Faults.Waiting.Count > 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        using var other = await user.GetAsync("/api/whoami-v2");
        var early = call.IsCompleted;
        using var response = await clock.AdvanceUntilAsync(call);

        Assert.False(early);
        Assert.All([other, response], answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Theory]
    [InlineData("""{"route":"comit","fault":"cut"}""")]
    [InlineData("""{"route":"commit","fault":"cuts"}""")]
    [InlineData("""{"route":"commit","fault":"public"}""")]
    [InlineData("""{"route":"commit","fault":"cut","time":2}""")]
    [InlineData("""{"route":"commit","fault":"cut","times":0}""")]
    [InlineData("[")]
    public async Task A_misspelt_fault_is_refused(string fault)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        using var response = await user.SendAsync(HttpMethod.Post, "/_emulator/faults", new StringContent(fault));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(hub.Faults.Waiting);
    }

    private static async Task<string> HrefAsync(HubUser user, byte[] bytes)
    {
        _ = await user.CreateAsync("mira");
        return (string)(await user.BatchAsync(Repo, bytes))[0]["actions"]!["upload"]!["href"]!;
    }
}
