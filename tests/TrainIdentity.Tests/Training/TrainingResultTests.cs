using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Training;

/// <summary>Results that a trainer left: whose they must be, and what they move, whatever its job is doing.</summary>
[Collection(nameof(Alone))]
public sealed class TrainingResultTests
{
    private const string Unknown = "unknown";
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private static readonly Dictionary<string, Course> Stages = new()
    {
        [nameof(JobStage.Scheduling)] = new Course { Starts = null },
        [nameof(JobStage.Running)] = new Course { Ends = null },
        [nameof(JobStage.Completed)] = Course.Of(JobEnd.Completed),
        [nameof(JobStage.Error)] = Course.Of(JobEnd.Error("Job timeout")),
        [nameof(JobStage.Canceled)] = Course.Of(new JobEnd(JobStage.Canceled, null, "NO_CREDITS")),
        [nameof(JobStage.Deleted)] = Course.Of(new JobEnd(JobStage.Deleted)),
        [Unknown] = new Course { Ends = null },
    };

    public static TheoryData<string> AllStages => [.. Stages.Keys];

    [Theory]
    [MemberData(nameof(AllStages))]
    public async Task Verified_weights_of_this_attempt_are_ready_at_any_stage(string stage)
    {
        await using var scene = await TrainingScene.StartAsync(Stages[stage]);

        scene.Tell(async () =>
        {
            Assert.Equal(IdentityState.Training, (await AtStageAsync(scene, stage)).State);
            scene.PushSuccess();
            await scene.LookAsync();
        });

        var record = scene.Record;
        Assert.Equal((IdentityState.Ready, null, false), (record.State, record.FailureCode, record.SlotHeld));
        Assert.Equal((ResultFiles.Weights, Weights.Of("weights").Sha256), (record.Weights!.Path, record.Weights.Oid));
        Assert.Equal((0, 1, 1), (scene.Counted.Active, scene.Counted.StartedToday, scene.Counted.Stored));
    }

    [Theory]
    [MemberData(nameof(AllStages))]
    public async Task A_failure_of_this_attempt_counts_at_any_stage(string stage)
    {
        await using var scene = await TrainingScene.StartAsync(Stages[stage]);

        scene.Tell(async () =>
        {
            await AtStageAsync(scene, stage);
            scene.Push(ResultFiles.Failed(scene.Record.Job!.Id, 1, Failures.InputChanged));
            await scene.LookAsync();
        });

        FailedEnd.Check(scene, Failures.InputChanged);
        Assert.Equal(1, scene.Record.JobAttempt);
    }

    [Theory]
    [InlineData("another attempt")]
    [InlineData("another job")]
    [InlineData("neither")]
    [InlineData("no result")]
    [InlineData("a result of another job that failed")]
    [InlineData("a status we do not know")]
    [InlineData("half a file")]
    [InlineData("a file too large")]
    public async Task What_is_not_its_own_moves_nothing(string left)
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Ends = null });

        scene.Tell(async () =>
        {
            await scene.LookAsync(scene.Now + (2 * TrainingScene.Minute));
            scene.Push(Left(left, scene.Record.Job!.Id));
            var before = scene.Record;
            var after = await scene.LookAsync(scene.Now + TrainingScene.Minute);
            Assert.Equal((IdentityState.Training, null, before.DeadlineAt), (after.State, after.FailureCode, after.DeadlineAt));

            scene.PushSuccess();
            Assert.Equal(IdentityState.Ready, (await scene.LookAsync()).State);
        });
    }

    [Fact]
    public async Task Invalid_weights_that_are_mended_within_the_grace_are_ready()
    {
        await using var scene = await TrainingScene.StartAsync(
            new Course { Leaves = run => ResultFiles.Succeeded(run.JobId, ResultFiles.Attempt(run), Weights.Broken(run.JobId)) });

        scene.Tell(async () =>
        {
            await scene.JobOverAsync();
            Assert.Equal(IdentityState.Training, (await scene.LookAsync(scene.JobEnded + Grace - TrainingScene.Second)).State);
            scene.PushSuccess();
            Assert.Equal(IdentityState.Ready, (await scene.LookAsync(scene.JobEnded + Grace)).State);
        });
    }

    [Fact]
    public async Task A_success_that_comes_too_late_changes_nothing_and_the_retry_is_another_attempt()
    {
        await using var scene = await TrainingScene.StartAsync(Course.Of(JobEnd.Error("Job timeout")));

        scene.Tell(async () =>
        {
            await scene.JobOverAsync();
            await scene.LookAsync(scene.JobEnded + Grace);
            scene.PushSuccess();
            await scene.LookAsync(scene.Now + TrainingScene.Minute);
            await scene.TickAsync(TimeSpan.FromHours(25));
            FailedEnd.Told(scene.Record.FailureCode!);
            Assert.Equal((IdentityState.Failed, Failures.JobTimeout, null), (scene.Record.State, scene.Record.FailureCode, scene.Record.Weights));

            await scene.Host.Get<IdentityActions>().RetryAsync(TrainingScene.Owner, scene.Record.Id, CancellationToken.None);
            await scene.LookAsync(scene.Now + TrainingScene.Minute);
            Assert.Equal((IdentityState.Training, 2), (scene.Record.State, scene.Record.JobAttempt));
            scene.PushSuccess();
            Assert.Equal(IdentityState.Ready, (await scene.LookAsync()).State);
        });
    }

    [Fact]
    public async Task Progress_is_read_while_it_runs_and_no_more_than_every_thirty_seconds()
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Starts = TimeSpan.FromMinutes(6), Ends = null, Lines = [Line(1)] });
        scene.World.Hub.Faults.Add(new("jobs.logs", TrainIdentity.HubEmulator.Faults.FaultKind.CloseStream, Times: 100, Milliseconds: 1));

        scene.Tell(async () =>
        {
            Assert.Null((await scene.LookAsync(scene.Now + (5 * TrainingScene.Minute))).Progress);
            Assert.Equal(0, Reads(scene));
            var first = (await scene.LookAsync(scene.Now + (2 * TrainingScene.Minute))).Progress!;
            Assert.Equal((100, 1000, 1), (first.Step, first.Total, Reads(scene)));

            Assert.Equal(first, (await scene.LookAsync(first.At + TimeSpan.FromSeconds(29))).Progress);
            Assert.Equal(1, Reads(scene));
            var second = (await scene.LookAsync(first.At + TimeSpan.FromSeconds(30))).Progress!;
            Assert.Equal(2, Reads(scene));
            Assert.True(second.At >= first.At + TimeSpan.FromSeconds(30));
        });

        static string Line(int n) => $$"""IDT {"stage":"training","step":{{n * 100}},"total":1000}""";
    }

    private static int Reads(TrainingScene scene) => scene.World.Hub.Calls.Latest.Count(call => call.Route == "jobs.logs");

    /// <summary>Looked at so late that it would fail with the next moment.</summary>
    private static async Task<Identity> AtStageAsync(TrainingScene scene, string stage)
    {
        if (stage is Unknown)
        {
            scene.World.Hub.ForgetJob(scene.Record.Job!.Id);
            var missed = (await scene.LookAsync(scene.Now + TrainingScene.Minute)).Job!.EndedAt!.Value;
            return await scene.LookAsync(missed + Grace - TrainingScene.Second);
        }
        if (Stages[stage] is { Starts: null } or { Ends: null })
        {
            await scene.LookAsync(scene.Now + (2 * TrainingScene.Minute));
        }
        else
        {
            await scene.JobOverAsync();
            await scene.LookAsync(scene.JobEnded + Grace - TrainingScene.Second);
        }
        Assert.Equal(stage, scene.Job.Stage.ToString());
        return scene.Record;
    }

    private static IReadOnlyList<PushedFile> Left(string left, string job)
    {
        var weights = Weights.Of("weights");
        return left switch
        {
            "another attempt" => ResultFiles.Succeeded(job, 2, weights),
            "another job" => ResultFiles.Succeeded(new string('0', 24), 1, weights),
            "neither" => ResultFiles.Succeeded(new string('0', 24), 2, weights),
            "no result" => [ResultFiles.Succeeded(job, 1, weights)[0]],
            "a result of another job that failed" => ResultFiles.Failed(new string('0', 24), 1, Failures.OutOfMemory),
            "a status we do not know" => [Changed("\"succeeded\"", "\"succeeding\"")],
            "half a file" => [Result() with { Content = Result().Content[..^10] }],
            _ => [Result() with { Content = [.. Result().Content, .. Enumerable.Repeat((byte)' ', 64 << 10)] }],
        };

        PushedFile Result() => ResultFiles.Succeeded(job, 1, weights)[1];

        PushedFile Changed(string from, string to) =>
            Result() with { Content = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(Result().Content).Replace(from, to, StringComparison.Ordinal)) };
    }
}
