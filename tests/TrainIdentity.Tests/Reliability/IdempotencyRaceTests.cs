using Azure;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>Several hosts, one record: whoever holds the lease acts, and what was done is found and not done again.</summary>
[Collection(nameof(Alone))]
public sealed class IdempotencyRaceTests
{
    [Fact]
    public Task Two_hosts_that_take_over_one_record_make_one_commit_and_one_job() => SweeperDay.TellAsync(async day =>
    {
        day.Host.Gate.DiesAt = boundary => boundary is { Moment: Moment.Before, Name: "hub:commit" };
        _ = day.UploadAsync();
        await day.Host.Gate.Died;
        day.Ticking = [day.World.NewHost("second"), day.World.NewHost("third")];

        await day.UntilAsync(() => day.Record.State is IdentityState.Ready, TimeSpan.FromHours(1));

        Assert.Single(day.Effects(JournalKinds.Commit), commit => commit.By is Actor.Service);
        Assert.Single(day.Effects(JournalKinds.JobStarted));
    });

    [Fact]
    public Task A_driver_that_lost_its_lease_sends_no_more_photos() => SweeperDay.TellAsync(async day =>
    {
        var thief = day.World.NewHost("thief").Get<IdentityTables>().For(World.User(SweeperDay.User));
        day.World.Hub.Faults.Add(new Fault("put", FaultKind.Delay, Times: 100, Milliseconds: 60_000));
        var upload = day.UploadAsync();
        await day.World.Clock.Delay(TimeSpan.FromSeconds(10));

        var stolen = await thief.GetAsync(day.Record.Id, CancellationToken.None);
        stolen = await thief.ReplaceAsync(stolen!, stolen! with { Lease = new Lease("thief", day.Now.AddMinutes(2), stolen!.Lease!.Fence + 1) }, CancellationToken.None);
        var outcome = await upload;
        var sent = day.Calls("storage:put");
        await day.World.Clock.Delay(TimeSpan.FromMinutes(1));

        Assert.NotNull(stolen);
        Assert.Equal(IntakeProblem.InProgress, outcome.Problem);
        Assert.Equal((sent, stolen.Seq), (day.Calls("storage:put"), day.Record.Seq));
        Assert.DoesNotContain(day.Effects(JournalKinds.Commit), commit => commit.By is Actor.Service);
    });

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public Task A_host_whose_clock_is_minutes_off_steals_no_lease_that_is_renewed(int minutes) => SweeperDay.TellAsync(async day =>
    {
        var other = day.World.NewHost("other", TimeSpan.FromMinutes(minutes));
        day.World.Hub.Faults.Add(new Fault("commit", FaultKind.Delay, Milliseconds: 60_000));
        var upload = day.UploadAsync();

        for (var n = 0; n < 5; n++)
        {
            await day.World.Clock.Delay(TimeSpan.FromSeconds(10));
            await other.Reconciler.TickAsync(CancellationToken.None);
            Assert.Equal(IntakeProblem.InProgress, (await day.UploadAsync(host: other)).Problem);
            Assert.Equal((1, IdentityState.Uploaded), (day.Record.Lease!.Fence, day.Record.State));
        }

        Assert.Equal(IdentityState.Training, (await upload).Identity!.State);
        Assert.Single(day.Effects(JournalKinds.JobStarted));
    });

    [Fact]
    public Task A_reservation_whose_answer_was_lost_is_known_for_our_own() => SweeperDay.TellAsync(async day =>
    {
        day.Host.Gate.Fails = boundary =>
            boundary is { Moment: Moment.After, Name: "table:write.key+quota+record", Nth: 1 } ? new RequestFailedException(503, "The server is busy.") : null;

        var outcome = await day.UploadAsync();

        Assert.Equal((IdentityState.Training, false), (outcome.Identity!.State, outcome.Replayed));
        Assert.Single(day.World.Records);
        Assert.True(day.Calls("table:write.key+quota+record") >= 2);
    });

    [Fact]
    public Task A_job_that_the_list_shows_late_is_found_and_not_started_again() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Faults.Add(new Fault("jobs.start", FaultKind.ErrorAfterEffect, Status: 504));
        Assert.Equal(IdentityState.Committed, (await day.AcceptedAsync()).State);
        day.World.Hub.Faults.Add(new Fault("jobs.list", FaultKind.Status, Status: 200, Body: "[]"));

        await day.UntilAsync(() => day.Record.State is IdentityState.Ready, TimeSpan.FromHours(1));

        Assert.Empty(day.World.Hub.Faults.Waiting);
        Assert.Single(day.Effects(JournalKinds.JobStarted));
    });

    [Fact]
    public Task Twenty_users_at_once_are_all_done_although_the_Hub_makes_one_repo_at_a_time() => SweeperDay.TellAsync(async day =>
    {
        const int Users = 20;
        var began = day.Now;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Users).Select(n => day.UploadAsync($"user{n}")));

        Assert.All(outcomes, outcome => Assert.Equal(IdentityState.Training, outcome.Identity?.State));
        Assert.Equal((Users, Users), (day.World.Hub.Repos.Count, day.Effects(JournalKinds.RepoCreated).Count));
        Assert.True(day.Effects(JournalKinds.RepoCreated)[^1].At - began <= TimeSpan.FromSeconds(90));
    }, hub: options => options with { CreateTime = TimeSpan.FromSeconds(2) });
}
