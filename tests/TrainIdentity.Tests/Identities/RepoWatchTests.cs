using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Reliability;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Identities;

/// <summary>Repos that vanish, are shown or are renamed behind our back.</summary>
[Collection(nameof(Alone))]
public sealed class RepoWatchTests
{
    private static readonly Dictionary<string, string?> Plenty = new() { ["Quota:Active"] = "100", ["Quota:PerDay"] = "100", ["Quota:Stored"] = "100", ["Hub:CallsPerFiveMinutes"] = "100000" };

    [Fact]
    public Task One_look_at_nothing_concludes_nothing() => SweeperDay.TellAsync(async day =>
    {
        await day.ReadyAsync();
        day.World.Hub.Faults.Add(new Fault("info", FaultKind.Status, Status: 404, Headers: new Dictionary<string, string> { ["X-Error-Code"] = "RepoNotFound" }));

        await day.NewsAsync();
        Assert.NotNull(day.Record.MissingSince);
        await day.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal((IdentityState.Ready, null), (day.Record.State, day.Record.MissingSince));
    });

    [Fact]
    public Task Between_the_two_looks_lie_a_minute_and_a_question_who_we_are() => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.ReadyAsync();
        await day.OthersDeleteAsync(identity.Repo);
        await day.World.Clock.Delay(TimeSpan.FromHours(2));
        var asked = day.Calls("hub:whoami");
        await day.NewsAsync();
        var first = day.Record.MissingSince!.Value;
        await day.UntilAsync(() => day.Record.State is IdentityState.Failed, TimeSpan.FromMinutes(5));

        Assert.True(day.Record.UpdatedAt - first >= TimeSpan.FromSeconds(60));
        Assert.Equal(2, day.Calls("hub:whoami") - asked);
    });

    [Fact]
    public Task Five_repos_a_day_may_be_concluded_gone_and_the_rest_tomorrow() => SweeperDay.TellAsync(async day =>
    {
        const int Repos = 7;
        for (var n = 0; n < Repos; n++)
        {
            await day.ReadyAsync($"user{n}");
        }
        foreach (var record in day.World.Records)
        {
            await day.OthersDeleteAsync(record.Repo);
        }
        foreach (var record in day.World.Records)
        {
            await day.NewsAsync(repo: record.Repo);
        }

        await day.PassAsync(TimeSpan.FromHours(6));
        Assert.Equal((5, 2), (Count(day, IdentityState.Failed), Count(day, IdentityState.Ready)));
        Assert.True(day.Alerts(AlertKind.TooManyGone) > 0);
        await day.PassAsync(TimeSpan.FromDays(1));

        Assert.Equal(Repos, Count(day, IdentityState.Failed));
    }, Plenty);

    [Fact]
    public Task Told_that_they_are_gone_it_believes_it_of_all() => SweeperDay.TellAsync(async day =>
    {
        const int Repos = 7;
        for (var n = 0; n < Repos; n++)
        {
            await day.ReadyAsync($"user{n}");
        }
        foreach (var record in day.World.Records)
        {
            await day.OthersDeleteAsync(record.Repo);
        }

        await day.PassAsync(TimeSpan.FromHours(30));

        Assert.Equal(Repos, Count(day, IdentityState.Failed));
    }, new Dictionary<string, string?>(Plenty) { ["Watch:GoneWithoutLimit"] = "true" });

    [Fact]
    public Task A_repo_that_stays_public_for_five_minutes_is_removed() => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.ReadyAsync();
        await day.OthersPublishAsync(identity.Repo);
        day.World.Hub.Faults.Add(new Fault("settings", FaultKind.Status, Times: 10_000, Status: 403));

        await day.NewsAsync();
        await day.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Equal((IdentityState.Ready, 1L), (day.Record.State, day.Alerts(AlertKind.PublicRepo)));
        await day.PassAsync(TimeSpan.FromMinutes(4));

        Assert.Equal((IdentityState.Failed, Failures.NotPrivate, null), (day.Record.State, day.Record.FailureCode, day.Record.RetainUntil));
        Assert.Empty(day.World.Hub.Repos);
    });

    [Fact]
    public Task A_repo_that_is_hidden_again_in_time_is_kept() => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.ReadyAsync();
        await day.OthersPublishAsync(identity.Repo);
        day.World.Hub.Faults.Add(new Fault("settings", FaultKind.Status, Times: 1, Status: 403));

        await day.NewsAsync();
        Assert.NotNull(day.Record.PublicSince);
        await day.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Equal((IdentityState.Ready, null), (day.Record.State, day.Record.PublicSince));
        Assert.True(day.World.Hub.IsPrivate(identity.Repo.ToString()));
    });

    [Fact]
    public Task A_rename_within_our_namespace_is_followed_and_the_old_claim_goes() => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.ReadyAsync();
        await day.OthersMoveAsync(identity.Repo, "local/renamed");

        await day.NewsAsync();
        Assert.Equal(("local/renamed", IdentityState.Ready), (day.Record.Repo.ToString(), day.Record.State));
        Assert.Equal(1, day.Alerts(AlertKind.RepoMoved));
        await day.PassAsync(TimeSpan.FromHours(2));
        Assert.Equal("local/renamed", Assert.Single(day.World.Index, row => row.RowKey.StartsWith("c_", StringComparison.Ordinal)).GetString("model_id"));

        await day.DeleteAsync(day.Record);
        await day.UntilAsync(() => day.World.Records.Count == 0, TimeSpan.FromMinutes(10));
        Assert.Empty(day.World.Hub.Repos);
    });

    [Fact]
    public Task A_move_to_another_namespace_is_never_followed() => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.ReadyAsync();
        await day.OthersMoveAsync(identity.Repo, "elsewhere/stolen");

        await day.NewsAsync();
        await day.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal((IdentityState.Failed, Failures.RepoGone, identity.Repo), (day.Record.State, day.Record.FailureCode, day.Record.Repo));
        Assert.Equal(["elsewhere/stolen"], day.World.Hub.Repos);
        Assert.Empty(day.Effects(JournalKinds.RepoDeleted));
    }, hub: options => options with { Organizations = ["elsewhere"] });

    private static int Count(SweeperDay day, IdentityState state) => day.World.Records.Count(record => record.State == state);
}
