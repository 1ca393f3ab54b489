using System.Net;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Faults;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class FaultSwitchTests
{
    private const string Repo = "local/mira";

    [Fact]
    public async Task Faults_given_at_the_start_strike_from_the_first_call_on()
    {
        await using var hub = await HubUser.StartAsync(options => options with
        {
            Faults = [new("create", FaultKind.Busy), new("create", FaultKind.ExistsWithoutUrl)],
        });
        using var user = new HubUser(hub);

        using var busy = await user.PostAsync("/api/repos/create", new JsonObject { ["name"] = "mira" });
        using var taken = await user.PostAsync("/api/repos/create", new JsonObject { ["name"] = "mira" });
        _ = await user.CreateAsync("mira");

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (busy.StatusCode, taken.StatusCode));
        Assert.Empty(hub.Faults.Waiting);
    }

    [Fact]
    public async Task A_start_with_a_fault_that_means_nothing_fails() =>
        await Assert.ThrowsAsync<ArgumentException>(() => HubUser.StartAsync(options => options with { Faults = [new("whoami", FaultKind.Stuck)] }));

    [Fact]
    public async Task A_token_is_no_good_for_a_while()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        hub.Faults.Add(new("whoami", FaultKind.TokenRevoked));

        using var revoked = await user.GetAsync("/api/whoami-v2");
        using var good = await user.GetAsync("/api/whoami-v2");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (revoked.StatusCode, good.StatusCode));
        Assert.Equal("Invalid credentials in Authorization header", await HubUser.ErrorAsync(revoked));
    }

    [Fact]
    public async Task A_repo_renamed_in_between_is_found_behind_a_relative_redirect_that_keeps_the_method()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        hub.Faults.Add(new("commit", FaultKind.Renamed));

        using var moved = await user.TryCommitAsync(Repo, null, HubUser.Text("a.txt", "a"));
        using var old = await user.GetAsync($"/api/models/{Repo}");

        Assert.Equal(HttpStatusCode.TemporaryRedirect, moved.StatusCode);
        Assert.Equal("/api/models/local/mira-renamed/commit/main", moved.Headers.Location!.OriginalString);
        Assert.Equal("/api/models/local/mira-renamed", old.Headers.Location!.OriginalString);
        Assert.Equal(["local/mira-renamed"], hub.Repos);
    }

    [Fact]
    public async Task A_completion_address_expires()
    {
        await using var hub = await HubUser.StartAsync(options => options with { MultipartThresholdBytes = 100, ChunkBytes = 600 });
        using var user = new HubUser(hub);
        var photo = HubUser.Bytes(1000);
        _ = await user.CreateAsync("mira");
        var upload = (await user.BatchAsync(Repo, photo))[0]["actions"]!["upload"]!;
        var parts = await user.PutPartsAsync(upload, photo, 600);
        hub.Faults.Add(new("complete", FaultKind.ExpireUrls));

        using var expired = await user.CompleteAsync(upload, HubUser.Oid(photo), (JsonArray)parts.DeepClone());
        using var complete = await user.CompleteAsync(upload, HubUser.Oid(photo), parts);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (expired.StatusCode, complete.StatusCode));
        Assert.True(hub.HasObject(Repo, HubUser.Oid(photo)));
    }

    [Fact]
    public async Task A_job_gets_stuck_in_scheduling_and_can_be_canceled()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        hub.Faults.Add(new("jobs.start", FaultKind.Stuck));

        var stuck = (string)(await user.JsonAsync(user.PostAsync("/api/jobs/local", JobSpecs.New())))["id"]!;
        _ = await user.JsonAsync(user.PostAsync("/api/jobs/local", JobSpecs.New()));
        _ = await hub.Journal.WaitForAsync(entry => entry.Kind is "job.ended", TestContext.Current.CancellationToken);
        var job = await user.JsonAsync(user.GetAsync($"/api/jobs/local/{stuck}"));
        var canceled = await user.JsonAsync(user.PostAsync($"/api/jobs/local/{stuck}/cancel", new JsonObject()));

        Assert.Equal(("SCHEDULING", null), ((string)job["status"]!["stage"]!, (string?)job["startedAt"]));
        Assert.Equal("CANCELED", (string)canceled["status"]!["stage"]!);
    }

    [Theory]
    [InlineData("""{"route":"jobs.get","fault":"stuck"}""")]
    [InlineData("""{"route":"jobs.get","fault":"close-stream"}""")]
    [InlineData("""{"route":"create","fault":"renamed"}""")]
    [InlineData("""{"route":"put","fault":"token-revoked"}""")]
    [InlineData("""{"route":"commit","fault":"expire-urls"}""")]
    [InlineData("""{"fault":"cut"}""")]
    public async Task A_switch_that_means_nothing_on_its_route_is_refused(string fault)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        using var response = await user.PostAsync("/_emulator/faults", JsonNode.Parse(fault)!);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
