using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Training;

/// <summary>Trainings whose job leaves no result: what is concluded from the job, and when.</summary>
[Collection(nameof(Alone))]
public sealed class TrainingEndsTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private static readonly JobEnd Error = JobEnd.Error("Exit code: 1");

    private static readonly Dictionary<string, (Course Course, string Code)> Final = new()
    {
        ["completed"] = (Course.Of(JobEnd.Completed), Failures.WeightsMissing),
        ["stopped for its time"] = (Course.Of(JobEnd.Error("Job timeout")), Failures.JobTimeout),
        ["out of GPU memory"] = (Course.Of(Error, "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"), Failures.OutOfMemory),
        ["killed for its memory"] = (Course.Of(Error, "subprocess.CalledProcessError: died with <Signals.SIGKILL: 9>."), Failures.OutOfMemory),
        ["gated"] = (Course.Of(Error, "huggingface_hub.errors.GatedRepoError: 401 Client Error."), Failures.GatedModel),
        ["terms not accepted"] = (Course.Of(Error, "Access to model black-forest-labs/FLUX.1-dev is restricted."), Failures.GatedModel),
        ["402"] = (Course.Of(Error, "requests.exceptions.HTTPError: 402 Client Error: Payment Required for url"), Failures.NoCredit),
        ["NO_CREDITS"] = (Course.Of(new JobEnd(JobStage.Canceled, null, "NO_CREDITS")), Failures.NoCredit),
        ["NO_SUBSCRIPTION"] = (Course.Of(new JobEnd(JobStage.Canceled, null, "NO_SUBSCRIPTION")), Failures.NoCredit),
        ["RESOURCE_GROUP_LIMIT"] = (Course.Of(new JobEnd(JobStage.Error, null, "RESOURCE_GROUP_LIMIT")), Failures.NoCredit),
        ["weights that are none"] = (new Course { Leaves = run => ResultFiles.Succeeded(run.JobId, ResultFiles.Attempt(run), Weights.Broken(run.JobId)) }, Failures.WeightsInvalid),
        ["weights other than it says"] = (new Course
        {
            Leaves = run => [ResultFiles.Succeeded(run.JobId, ResultFiles.Attempt(run), Weights.Of("one"))[0], ResultFiles.Succeeded(run.JobId, ResultFiles.Attempt(run), Weights.Of("two"))[1]],
        }, Failures.WeightsInvalid),
    };

    private static readonly Dictionary<string, (Course Course, string Code)> TriedAgain = new()
    {
        ["an error without a word"] = (Course.Of(Error), Failures.JobError),
        ["an error with other words"] = (Course.Of(Error, "RuntimeError: something else"), Failures.JobError),
        ["canceled on the Hub"] = (Course.Of(new JobEnd(JobStage.Canceled)), Failures.JobCanceled),
        ["canceled for a reason we do not know"] = (Course.Of(new JobEnd(JobStage.Canceled, null, "USER")), Failures.JobCanceled),
        ["deleted on the Hub"] = (Course.Of(new JobEnd(JobStage.Deleted)), Failures.JobCanceled),
    };

    public static TheoryData<string> FinalEnds => [.. Final.Keys];

    public static TheoryData<string> OtherEnds => [.. TriedAgain.Keys];

    [Theory]
    [MemberData(nameof(FinalEnds))]
    public async Task What_will_not_get_better_fails_ten_minutes_after_the_job_ended(string end)
    {
        var (course, code) = Final[end];
        await using var scene = await TrainingScene.StartAsync(course);

        scene.Tell(async () =>
        {
            await scene.JobOverAsync();
            await scene.EndsAsync(scene.JobEnded + Grace, IdentityState.Failed, code);
        });

        FailedEnd.Check(scene, code);
        Assert.Single(scene.World.Hub.Jobs);
    }

    [Theory]
    [MemberData(nameof(OtherEnds))]
    public async Task What_was_nobodys_fault_is_started_once_more_and_then_fails(string end)
    {
        var (course, code) = TriedAgain[end];
        await using var scene = await TrainingScene.StartAsync(course);

        scene.Tell(async () =>
        {
            await scene.JobOverAsync();
            await scene.EndsAsync(scene.JobEnded + Grace, IdentityState.Training, null);
            Assert.Equal((2, true, true), (scene.Record.JobAttempt, scene.Record.Relaunched, scene.Record.SlotHeld));
            Assert.Equal(("2", 2), (scene.Job.Labels["attempt"], scene.World.Hub.Jobs.Count));
            await scene.JobOverAsync();
            await scene.EndsAsync(scene.JobEnded + Grace, IdentityState.Failed, code);
        });

        FailedEnd.Check(scene, code);
        Assert.Equal(2, scene.World.Hub.Jobs.Count);
    }

    [Fact]
    public async Task A_job_that_the_Hub_does_not_know_is_started_once_more_and_then_an_error()
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Ends = null });

        scene.Tell(async () =>
        {
            foreach (var (state, code) in new[] { (IdentityState.Training, null), (IdentityState.Failed, Failures.JobError) })
            {
                scene.World.Hub.ForgetJob(scene.Record.Job!.Id);
                var missed = (await scene.LookAsync(scene.Now + TrainingScene.Minute)).Job!.EndedAt!.Value;
                await scene.EndsAsync(missed + Grace, state, code);
            }
        });

        FailedEnd.Check(scene, Failures.JobError);
        Assert.Equal(2, scene.Record.JobAttempt);
    }

    [Fact]
    public async Task A_job_that_the_Hub_shows_again_goes_on()
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Ends = null });

        scene.Tell(async () =>
        {
            scene.World.Hub.Faults.Add(new("jobs.get", TrainIdentity.HubEmulator.Faults.FaultKind.Status, Status: 404));
            var missed = (await scene.LookAsync(scene.Now + (6 * TrainingScene.Minute))).Job!;
            Assert.True(missed.Lost);
            var found = (await scene.LookAsync(missed.EndedAt + Grace)).Job!;

            Assert.Equal((false, null, "Running"), (found.Lost, found.EndedAt, found.Stage.ToString()));
        });
    }

    [Theory]
    [InlineData("flux-512", 90)]
    [InlineData("flux-1024", 180)]
    public async Task A_job_that_never_starts_is_cancelled_and_over_two_hours_and_its_own_timeout_after_its_launch(string profile, int timeout)
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Starts = null }, new Dictionary<string, string?> { ["Training:DefaultProfile"] = profile });

        scene.Tell(async () =>
        {
            await scene.LookAsync(scene.Now + TrainingScene.Minute);
            await scene.EndsAsync(scene.Record.Job!.LaunchedAt + TimeSpan.FromMinutes(120 + timeout + 15), IdentityState.Failed, Failures.JobTimeout);
        });

        FailedEnd.Check(scene, Failures.JobTimeout);
        CancelledFirst(scene);
    }

    [Theory]
    [InlineData("flux-512", 90)]
    [InlineData("flux-1024", 180)]
    public async Task A_job_that_runs_on_is_cancelled_and_over_its_own_timeout_after_its_start(string profile, int timeout)
    {
        await using var scene = await TrainingScene.StartAsync(
            new Course { Starts = TimeSpan.FromMinutes(40), Ends = null }, new Dictionary<string, string?> { ["Training:DefaultProfile"] = profile });

        scene.Tell(async () =>
        {
            await scene.LookAsync(scene.Now + TimeSpan.FromMinutes(45));
            await scene.EndsAsync(scene.Record.Job!.StartedAt!.Value + TimeSpan.FromMinutes(timeout + 15), IdentityState.Failed, Failures.JobTimeout);
        });

        Assert.InRange(scene.Record.Job!.StartedAt!.Value - scene.Record.Job.LaunchedAt, TimeSpan.FromMinutes(39), TimeSpan.FromMinutes(40));
        FailedEnd.Check(scene, Failures.JobTimeout);
        CancelledFirst(scene);
    }

    [Fact]
    public async Task With_the_Hub_down_it_stays_until_its_deadline_and_the_job_is_cancelled_when_the_Hub_is_back()
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Ends = null });

        scene.Tell(async () =>
        {
            await scene.LookAsync(scene.Now + (2 * TrainingScene.Minute));
            var deadline = scene.Record.DeadlineAt!.Value;
            scene.Host.Gate.Fails = boundary => boundary.Name.StartsWith("hub:", StringComparison.Ordinal) ? new HttpRequestException("Nobody answers.") : null;
            Assert.Equal(IdentityState.Training, (await scene.LookAsync(deadline - (10 * TrainingScene.Minute))).State);
            Assert.True(scene.Now < deadline);
            await scene.LookAsync(deadline);
            FailedEnd.Check(scene, Failures.JobTimeout);
            Assert.NotEqual(JobStage.Canceled, scene.Job.Stage);

            scene.Host.Gate.Fails = null;
            await scene.TickAsync(TimeSpan.FromMinutes(20));
            Assert.Equal(JobStage.Canceled, scene.Job.Stage);
        });
    }

    [Fact]
    public async Task A_token_that_does_not_count_ends_nothing_even_past_the_deadline()
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Ends = null });

        scene.Tell(async () =>
        {
            scene.World.TokenRevoked = true;
            Assert.Equal(IdentityState.Training, (await scene.LookAsync(scene.Record.DeadlineAt + TimeSpan.FromDays(1))).State);
        });
    }

    [Fact]
    public async Task Cancelled_by_its_owner_it_is_over_at_once_and_counts_for_the_day()
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Ends = null });

        scene.Tell(async () =>
        {
            await scene.LookAsync(scene.Now + (2 * TrainingScene.Minute));
            await scene.Host.Get<IdentityActions>().CancelAsync(TrainingScene.Owner, scene.Record.Id, CancellationToken.None);
        });

        FailedEnd.Check(scene, Failures.Canceled);
        CancelledFirst(scene);
    }

    [Fact]
    public async Task Photos_of_a_failed_one_are_kept_seven_days_and_then_all_of_it_goes()
    {
        await using var scene = await TrainingScene.StartAsync(Course.Of(JobEnd.Completed));

        scene.Tell(async () =>
        {
            await scene.JobOverAsync();
            var until = (await scene.LookAsync(scene.JobEnded + Grace)).RetainUntil!.Value;
            Assert.Equal(IdentityState.Failed, (await scene.LookAsync(until - TrainingScene.Second)).State);
            Assert.True(scene.World.Hub.IsPrivate(scene.Repo));
            await scene.LookAsync(until);
            await scene.TickAsync(3 * TrainingScene.Minute);
        });

        Assert.Null(scene.World.Hub.IsPrivate(scene.Repo));
        Assert.Equal((IdentityState.Failed, Failures.WeightsMissing, null), (scene.Record.State, scene.Record.FailureCode, scene.Record.RetainUntil));
        Assert.Equal((0, 0), (scene.Counted.Active, scene.Counted.Stored));
    }

    [Fact]
    public async Task By_the_clock_alone_the_end_is_seen_within_two_minutes()
    {
        await using var scene = await TrainingScene.StartAsync(Course.Of(JobEnd.Completed));

        scene.Tell(() => scene.TickAsync(TimeSpan.FromHours(1)));

        var failed = scene.World.Steps.First(step => step.Change.After is { } row && Invariants.IsRecord(step.Change) && IdentityRow.Read(row).State is IdentityState.Failed).At;
        Assert.InRange(failed - scene.JobEnded, Grace, Grace + (2 * TrainingScene.Minute));
    }

    /// <summary>The job, before the record says that it is over.</summary>
    private static void CancelledFirst(TrainingScene scene)
    {
        var cancelled = scene.World.Hub.Journal.Entries.Single(entry => entry.Kind is JournalKinds.JobCanceled).At;
        var failed = scene.World.Steps.Last(step => step.Change.After is { } row && row.RowKey == IdentityRow.Key(scene.Record.Id)).At;
        Assert.True(cancelled <= failed, $"cancelled at {cancelled:O}, failed at {failed:O}");
    }
}
