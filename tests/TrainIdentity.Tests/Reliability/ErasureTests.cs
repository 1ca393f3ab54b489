using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>What is deleted is gone: at once for its owner, soon from the Hub, in the end from every row.</summary>
[Collection(nameof(Alone))]
public sealed class ErasureTests
{
    private static readonly string[] RemovalCalls = ["info", "delete", "jobs.list", "whoami"];

    [Fact]
    public Task Of_a_ready_identity_nothing_stays_but_tombstones_and_in_the_end_not_even_those() => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.ReadyAsync(key: "key-1");

        Assert.True(await day.DeleteAsync(identity));
        Assert.Empty((await day.Host.Get<IdentityTables>().For(World.User(SweeperDay.User)).ListAsync(10, null, CancellationToken.None)).Page);
        await day.UntilAsync(() => day.World.Records.Count == 0, TimeSpan.FromMinutes(10));
        Assert.Empty(day.World.Hub.Repos);
        Assert.Equal([Quota.Row], day.World.Owned.Select(row => row.RowKey));
        Assert.Equal((0, 2), (day.Indexed("c_"), day.Indexed("x_")));

        await day.PassAsync(TimeSpan.FromHours(26));
        Assert.DoesNotContain(day.World.Index, row => row.GetString("model_id") is not null || row.GetString("owner_key") is { Length: > 0 });
        await day.PassAsync(TimeSpan.FromDays(31));
        Assert.Equal((0, 0), (day.Indexed("x_"), day.Indexed("t_")));
    });

    [Fact]
    public Task A_job_under_way_is_cancelled_before_its_repo_goes() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Play = JobPlays.Hang;
        var identity = await day.AcceptedAsync();
        await day.PassAsync(TimeSpan.FromMinutes(5));

        await day.DeleteAsync(identity);
        await day.UntilAsync(() => day.World.Records.Count == 0, TimeSpan.FromMinutes(10));

        var canceled = Assert.Single(day.Effects(JournalKinds.JobCanceled));
        Assert.True(canceled.Seq < Assert.Single(day.Effects(JournalKinds.RepoDeleted)).Seq);
    });

    [Theory]
    [InlineData(6, false)]
    [InlineData(25, true)]
    public Task A_Hub_that_is_away_for_hours_puts_an_erasure_off_and_after_a_day_somebody_is_told(int hours, bool told) => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.ReadyAsync();
        foreach (var call in RemovalCalls)
        {
            day.World.Hub.Faults.Add(new Fault(call, FaultKind.Status, Times: 100_000, Status: 503));
        }

        Assert.True(await day.DeleteAsync(identity));
        await day.PassAsync(TimeSpan.FromHours(hours));
        Assert.Equal(IdentityState.Deleting, day.Record.State);
        Assert.Equal(told, day.Alerts(AlertKind.SlowErasure) > 0);
        day.World.Hub.Faults.Clear();

        await day.UntilAsync(() => day.World.Records.Count == 0, TimeSpan.FromHours(1));
        Assert.Empty(day.World.Hub.Repos);
    });

    [Fact]
    public Task A_token_that_does_not_count_erases_nothing_and_somebody_is_told() => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.ReadyAsync();
        day.World.TokenRevoked = true;

        Assert.True(await day.DeleteAsync(identity));
        await day.PassAsync(TimeSpan.FromDays(2));
        Assert.Equal(IdentityState.Deleting, day.Record.State);
        Assert.Single(day.World.Hub.Repos);
        Assert.True(day.Alerts(AlertKind.HubToken) > 0);
        day.World.TokenRevoked = false;

        await day.UntilAsync(() => day.World.Records.Count == 0, TimeSpan.FromHours(1));
        Assert.Empty(day.World.Hub.Repos);
    });

    [Fact]
    public Task Asked_for_many_times_at_once_it_is_done_once_and_nobody_meets_an_error() => SweeperDay.TellAsync(async day =>
    {
        var other = day.World.NewHost("other");
        var identity = await day.ReadyAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => day.DeleteAsync(identity, n % 2 == 0 ? day.Host : other)));
        var meanwhile = await day.DeleteAsync(identity);
        await day.UntilAsync(() => day.World.Records.Count == 0, TimeSpan.FromMinutes(10));
        var after = await day.DeleteAsync(identity);

        Assert.All(answers, Assert.True);
        Assert.Equal((true, false), (meanwhile, after));
        Assert.Single(day.Effects(JournalKinds.RepoDeleted));
    });

    [Fact]
    public Task An_effect_that_comes_after_the_erasure_is_removed_again() => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.ReadyAsync();
        await day.DeleteAsync(identity);
        await day.UntilAsync(() => day.World.Records.Count == 0, TimeSpan.FromMinutes(5));

        await day.OthersAsync(HttpMethod.Post, "/api/repos/create", $$"""{"name":"{{identity.Repo.Name}}","type":"model","visibility":"private"}""");
        await day.UntilAsync(() => day.World.Hub.Repos.Count == 0, TimeSpan.FromMinutes(15));

        Assert.Empty(day.World.Records);
    });
}
