using TrainIdentity.Hub;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;
using JobStage = TrainIdentity.Hub.JobStage;

namespace TrainIdentity.Tests.Reliability;

/// <summary>What word of a repo does, and mostly does not do: the truth is what the Hub says when it is asked.</summary>
[Collection(nameof(Alone))]
public sealed class WebhookNewsTests
{
    private static readonly TimeSpan JobTime = TimeSpan.FromMinutes(10);
    private static readonly string Nonsense = new('f', 40);

    [Fact]
    public Task Word_of_a_repo_that_is_not_ours_writes_nothing() => SweeperDay.TellAsync(async day =>
    {
        await day.AcceptedAsync();
        var (writes, calls) = (day.World.Steps.Count, day.Calls("hub:info"));

        await day.NewsAsync(repo: new RepoId("local", "identity-other-1"));

        Assert.Equal((writes, calls), (day.World.Steps.Count, day.Calls("hub:info")));
    });

    [Fact]
    public Task The_echo_of_our_own_creation_changes_nothing() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Faults.Add(new Fault("create", FaultKind.Delay, Milliseconds: 20_000, After: true));
        var upload = day.UploadAsync();
        await day.World.Clock.Delay(TimeSpan.FromSeconds(10));
        var before = day.Record;

        await day.NewsAsync();

        Assert.Equal((IdentityState.Reserved, before.Seq), (day.Record.State, day.Record.Seq));
        Assert.Equal(IdentityState.Training, (await upload).Identity!.State);
        Assert.Single(day.Effects(JournalKinds.RepoCreated));
    });

    [Fact]
    public Task The_echo_of_our_own_commit_writes_nothing() => SweeperDay.TellAsync(async day =>
    {
        var identity = await day.AcceptedAsync();
        var (writes, calls) = (day.World.Steps.Count, day.Calls("hub:info"));

        await day.NewsAsync(identity.CommitOid);

        Assert.Equal((writes, calls), (day.World.Steps.Count, day.Calls("hub:info")));
    });

    [Fact]
    public Task A_checkpoint_of_a_running_job_leaves_it_in_training() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Play = JobPlays.Hang;
        var identity = await day.AcceptedAsync();
        await day.World.Clock.Delay(TimeSpan.FromMinutes(5));
        Push(day, identity, "checkpoints/step_500.safetensors");

        await day.NewsAsync(day.World.Hub.Head(identity.Repo.ToString()));

        Assert.Equal((IdentityState.Training, JobStage.Running), (day.Record.State, day.Record.Job!.Stage));
    });

    [Fact]
    public Task A_job_that_completed_without_weights_fails_after_ten_minutes_and_no_sooner() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Play = JobPlays.CompleteWithoutResult;
        var identity = await day.AcceptedAsync();
        await day.World.Clock.Delay(JobTime + TimeSpan.FromSeconds(30));
        Push(day, identity, "log.txt");

        await day.NewsAsync(day.World.Hub.Head(identity.Repo.ToString()));
        Assert.Equal(IdentityState.Training, day.Record.State);
        await day.PassAsync(TimeSpan.FromMinutes(9));
        Assert.Equal(IdentityState.Training, day.Record.State);
        await day.PassAsync(TimeSpan.FromMinutes(4));

        Assert.Equal((IdentityState.Failed, Failures.WeightsMissing), (day.Record.State, day.Record.FailureCode));
    });

    [Theory]
    [InlineData(false, nameof(IdentityState.Training))]
    [InlineData(true, nameof(IdentityState.Ready))]
    public Task Whatever_head_it_names_the_Hub_is_believed(bool trained, string state) => SweeperDay.TellAsync(async day =>
    {
        await day.AcceptedAsync();
        await day.World.Clock.Delay(trained ? JobTime + TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(1));

        await day.NewsAsync(Nonsense);

        Assert.Equal(state, day.Record.State.ToString());
    });

    [Fact]
    public Task Word_that_comes_before_the_training_is_recorded_is_not_lost() => SweeperDay.TellAsync(async day =>
    {
        day.World.Hub.Faults.Add(new Fault("jobs.start", FaultKind.Delay, Milliseconds: 25_000, After: true));
        var upload = day.UploadAsync();
        await day.World.Clock.Delay(TimeSpan.FromSeconds(20));
        Assert.Equal(IdentityState.Committed, day.Record.State);

        await day.NewsAsync(day.World.Hub.Head(day.Record.Repo.ToString())!);
        await day.NewsAsync(Nonsense);
        await upload;
        await day.UntilAsync(() => day.Record.State is IdentityState.Ready, TimeSpan.FromMinutes(5));

        Assert.Single(day.Effects(JournalKinds.JobStarted));
    }, hub: options => options with { JobDuration = TimeSpan.FromSeconds(10) });

    [Fact]
    public Task Two_hosts_that_hear_it_at_once_write_once() => SweeperDay.TellAsync(async day =>
    {
        var other = day.World.NewHost("other");
        await day.AcceptedAsync();
        await day.World.Clock.Delay(JobTime + TimeSpan.FromMinutes(1));
        var before = day.Record.Seq;

        await Task.WhenAll(day.NewsAsync(Nonsense), day.NewsAsync(Nonsense, other));

        Assert.Equal((IdentityState.Ready, before + 1), (day.Record.State, day.Record.Seq));
    });

    [Fact]
    public Task Two_words_and_two_ticks_at_once_make_it_ready_once() => SweeperDay.TellAsync(async day =>
    {
        var other = day.World.NewHost("other");
        day.Ticking = [day.Host, other];
        await day.AcceptedAsync();
        await day.World.Clock.Delay(JobTime + TimeSpan.FromMinutes(1));

        await Task.WhenAll(day.NewsAsync(Nonsense), day.NewsAsync(Nonsense, other), day.TickAsync());

        Assert.Equal(IdentityState.Ready, day.Record.State);
        Assert.Single(Moves(day, IdentityState.Ready));
    });

    [Fact]
    public Task The_same_word_ten_thousand_times_is_one_transition_and_a_few_reads() => SweeperDay.TellAsync(async day =>
    {
        const int Bursts = 50;
        const int Burst = 200;
        await day.AcceptedAsync();
        await day.World.Clock.Delay(JobTime + TimeSpan.FromMinutes(1));
        var (reads, items) = (day.Calls("hub:info"), ItemsAdded(day));

        var storm = new List<Task>();
        for (var n = 0; n < Bursts; n++)
        {
            storm.AddRange(Enumerable.Range(0, Burst).Select(_ => day.NewsAsync(Nonsense)));
            await day.World.Clock.Delay(TimeSpan.FromMilliseconds(1200));
        }
        await Task.WhenAll(storm);

        Assert.Equal(IdentityState.Ready, day.Record.State);
        Assert.Single(Moves(day, IdentityState.Ready));
        Assert.InRange(day.Calls("hub:info") - reads, 1, 5);
        Assert.InRange(ItemsAdded(day) - items, 1, 6);
    });

    [Fact]
    public Task With_the_Hub_away_the_word_is_kept_and_the_identity_is_ready_later() => SweeperDay.TellAsync(async day =>
    {
        await day.AcceptedAsync();
        await day.World.Clock.Delay(JobTime + TimeSpan.FromMinutes(1));
        day.World.Hub.Faults.Add(new Fault("info", FaultKind.Status, Times: 10_000, Status: 503));

        await day.NewsAsync(Nonsense);
        await day.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(IdentityState.Training, day.Record.State);
        Assert.True(day.Indexed("t_") > 0);
        day.World.Hub.Faults.Clear();

        await day.UntilAsync(() => day.Record.State is IdentityState.Ready, TimeSpan.FromMinutes(20));
    });

    private static void Push(SweeperDay day, Identity identity, string path) =>
        Assert.True(day.World.Hub.Push(SweeperDay.Others, identity.Repo.ToString(), "Something", new PushedFile(path, "something"u8.ToArray())).Succeeded);

    private static IEnumerable<RowStep> Moves(SweeperDay day, IdentityState to) => day.World.Steps.Where(step =>
        Invariants.IsRecord(step.Change) && step.Change is { Before: { } before, After: { } after } && IdentityRow.Read(before).State != to && IdentityRow.Read(after).State == to);

    private static int ItemsAdded(SweeperDay day) => day.World.Steps.Count(step => step.Change is { Before: null, After: { } row } && row.RowKey.StartsWith("t_", StringComparison.Ordinal));
}
