using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Service;

namespace TrainIdentity.Tests.Published;

/// <summary>SIGKILL is all the host knows, and what had no body it sends again.</summary>
public sealed class KillTests(PublishedTables tables) : IClassFixture<PublishedTables>
{
    [Fact]
    public async Task Killed_with_its_commit_made_and_not_yet_known_the_upload_sent_again_ends_ready_and_nothing_happens_twice()
    {
        await using var scene = await KillScene.StartAsync(tables, [], hub => hub with { Webhook = null });
        await scene.UploadUntilHubAsync("commit", after: true);

        await scene.KillAsync();
        await scene.RepeatAsync();

        await scene.EndedReadyOnceAsync();
    }

    [Fact]
    public async Task A_read_that_was_under_way_is_answered_by_the_next_process()
    {
        await using var proxy = await TableProxy.StartAsync(await tables.ConnectionStringAsync());
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Storage__ConnectionString"] = proxy.ConnectionString });
        await rig.GetAsync("/api/identities", "reader");
        var hold = proxy.Hold(call => call.Method == "GET", after: false);
        var read = rig.GetAsync("/api/me", "reader");
        await hold.WaitUntilHeldAsync(ServiceRig.Stop);

        rig.Stack.FunctionsHost.KillHandler();
        var reply = await read;

        Assert.Equal((200, "reader", 2), (reply.Status, (string?)reply.Json["userId"], rig.Stack.FunctionsHost.Starts));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_draft_that_is_closed_is_closed_once_though_the_host_sends_it_twice(bool emptyBody)
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Lease__Duration"] = "00:00:04", ["Lease__Margin"] = "00:00:01" });
        var id = (string)(await rig.SendAsync(HttpMethod.Post, "/api/identities", "closer", Uploads.Text("""{"identityName":"Closed","consent":true}"""))).Json["id"]!;
        foreach (var (sample, n) in Uploads.Three.Select((sample, n) => (sample, n)))
        {
            Assert.Equal(200, (await rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/photos/{n + 1}", "closer", new ByteArrayContent(Uploads.Sample(sample)))).Status);
        }
        rig.Hub.Faults.Add(new Fault("commit", FaultKind.Hold, After: true));
        var close = rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/train", "closer", emptyBody ? new ByteArrayContent([]) : null);
        await rig.Hub.Faults.WaitUntilHeldAsync(ServiceRig.Stop);

        rig.Stack.FunctionsHost.KillHandler();
        var reply = await close;
        rig.Hub.Faults.Clear();
        await rig.BecomesAsync(id, "closer", "ready");

        Assert.Equal((202, id), (reply.Status, (string?)reply.Json["id"]));
        Assert.Single(rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.JobStarted);
    }

    [Fact]
    public async Task Two_crashes_are_recovered_from_and_the_third_is_the_hosts_last()
    {
        await using var rig = await ServiceRig.StartAsync(tables, host: options => options with { CrashLimit = 3 });
        var host = rig.Stack.FunctionsHost;
        for (var crash = 1; crash <= 2; crash++)
        {
            host.KillHandler();
            Assert.Equal((200, 200), ((await rig.GetAsync("/api/identities", "crashes")).Status, (await rig.GetAsync("/api/health", null)).Status));
            Assert.Equal(crash + 1, host.Starts);
        }

        host.KillHandler();
        var reason = await host.WentDown.WaitAsync(ServiceRig.Stop);
        var after = await rig.GetAsync("/api/health", null);

        Assert.Equal(("The handler crashed 3 times within 30 minutes.", 500, ""), (reason, after.Status, after.Text));
    }
}
