using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class JournalTests
{
    private const string Repo = "local/mira";

    [Fact]
    public async Task It_tells_what_happened_in_order_with_only_the_fields_that_apply()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        using var anonymous = new HubUser(hub, token: null);
        hub.AddToken("hf_other", "local");
        using var other = new HubUser(hub, "hf_other");
        var photo = HubUser.Bytes(100);
        _ = await user.CreateAsync("mira");
        await user.StoreAsync(Repo, photo);
        var sha = await user.CommitAsync(Repo, null, HubUser.Pointer("a.safetensors", photo));
        _ = await other.DeleteAsync("/api/repos/delete", new JsonObject { ["name"] = "mira" });

        var journal = (await anonymous.JsonAsync(anonymous.GetAsync("/_emulator/journal"))).AsArray();

        foreach (var entry in journal)
        {
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string)entry!["at"]!);
            _ = entry.AsObject().Remove("at");
        }

        Assert.Equal(
            [
                """{"seq":1,"kind":"repo.created","by":"service","repo":"local/mira","message":"private"}""",
                $$"""{"seq":2,"kind":"object.stored","by":"service","repo":"local/mira","oid":"{{HubUser.Oid(photo)}}"}""",
                $$"""{"seq":3,"kind":"commit","by":"service","repo":"local/mira","sha":"{{sha}}","message":"A change","paths":["a.safetensors"]}""",
                """{"seq":4,"kind":"repo.deleted","by":"other","repo":"local/mira"}""",
            ],
            journal.Select(entry => entry!.ToJsonString()));
    }

    [Fact]
    public async Task A_call_refused_is_no_entry()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        _ = await user.TryCommitAsync(Repo, new string('0', 40), HubUser.Text("a", "a"));
        _ = await user.PostAsync("/api/repos/create", new JsonObject { ["name"] = "mira" });
        _ = await user.PostAsync("/api/jobs/local", new JsonObject());
        _ = await user.DeleteAsync("/api/repos/delete", new JsonObject { ["name"] = "none" });

        Assert.Single(hub.Journal.Entries);
    }

    [Fact]
    public async Task Parallel_commits_are_entered_in_the_order_of_their_parents()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");

        await Parallel.ForAsync(0, 40, TestContext.Current.CancellationToken, async (n, _) => await user.CommitAsync(Repo, null, HubUser.Text($"{n}.txt", "a")));

        var history = (await user.JsonAsync(user.GetAsync($"/api/models/{Repo}/commits/main?limit=1000"))).AsArray();
        var entered = hub.Journal.Entries.Where(entry => entry.Kind is JournalKinds.Commit).ToList();
        Assert.Equal(history.Reverse().Skip(1).Select(commit => (string)commit!["id"]!), entered.Select(entry => entry.Sha!));
        Assert.All(entered, entry => Assert.Single(entry.Paths!));
        Assert.Equal(Enumerable.Range(1, 41).Select(n => (long)n), hub.Journal.Entries.Select(entry => entry.Seq));
    }

    [Fact]
    public async Task Whoever_sees_an_effect_finds_its_entry()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        for (var n = 0; n < 20; n++)
        {
            _ = await user.CreateAsync($"r{n}");
            Assert.Equal($"local/r{n}", hub.Journal.Entries[^1].Repo);
        }
    }

    [Fact]
    public async Task An_entry_can_be_waited_for_before_and_after_it_is_written()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var early = hub.Journal.WaitForAsync(entry => entry.Kind is JournalKinds.RepoCreated, TestContext.Current.CancellationToken);

        _ = await user.CreateAsync("mira");
        var late = hub.Journal.WaitForAsync(entry => entry.Kind is JournalKinds.RepoCreated, TestContext.Current.CancellationToken);

        Assert.Same(await early, await late);
    }
}
