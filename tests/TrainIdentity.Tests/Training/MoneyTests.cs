using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Training;

/// <summary>What a training may cost and what it did: 2.50 USD an hour, so at most 3.75 and usually 1.458334, in millionths.</summary>
[Collection(nameof(Alone))]
public sealed class MoneyTests
{
    private const long Ceiling = 3_750_000;
    private const long Estimate = 1_458_334;
    private const long TenMinutes = 416_667;

    private static readonly Course Trains = new() { Leaves = run => ResultFiles.Succeeded(run.JobId, ResultFiles.Attempt(run), Weights.Of(run.JobId)) };
    private static readonly Course Falls = Course.Of(JobEnd.Error("Exit code: 1"));

    [Fact]
    public async Task The_ceiling_is_reserved_at_the_launch_and_corrected_at_the_end_to_what_the_begun_minutes_cost()
    {
        await using var scene = await TrainingScene.StartAsync(Trains with { Ends = TimeSpan.FromMinutes(11) + TrainingScene.Second });

        scene.Tell(async () =>
        {
            var launched = scene.Now;
            Assert.Equal((1, Ceiling, 0), await scene.DayAsync(launched));
            Assert.Equal((1, Estimate), (scene.Counted.StartedToday, scene.Counted.MicroUsdToday));
            await scene.JobOverAsync();
            await scene.LookAsync(scene.Now + (3 * TrainingScene.Minute));

            var cost = TrainingPriceOf(11);
            Assert.Equal((IdentityState.Ready, cost), (scene.Record.State, scene.Record.SpentMicroUsd));
            Assert.Equal((1, cost, cost), await scene.DayAsync(launched));
            Assert.Equal((1, Estimate), (scene.Counted.StartedToday, scene.Counted.MicroUsdToday));
        });
    }

    [Fact]
    public async Task Over_a_relaunch_and_a_retry_the_record_knows_all_and_the_owner_pays_for_what_succeeds()
    {
        await using var scene = await TrainingScene.StartAsync(Falls);

        scene.Tell(async () =>
        {
            var day = scene.Now;
            await EndAsync(scene);
            Assert.Equal((IdentityState.Training, TenMinutes, 1), (scene.Record.State, scene.Record.SpentMicroUsd, scene.Counted.StartedToday));
            Assert.Equal((2, TenMinutes + Ceiling, TenMinutes), await scene.DayAsync(day));

            await EndAsync(scene);
            Assert.Equal((IdentityState.Failed, 2 * TenMinutes, 0, 0), (scene.Record.State, scene.Record.SpentMicroUsd, scene.Counted.StartedToday, scene.Counted.MicroUsdToday));
            Assert.Equal((2, 2 * TenMinutes, 2 * TenMinutes), await scene.DayAsync(day));

            scene.World.Hub.Play = Trains.Play(CancellationToken.None);
            await scene.Host.Get<IdentityActions>().RetryAsync(TrainingScene.Owner, scene.Record.Id, CancellationToken.None);
            await scene.JobOverAsync();
            await scene.LookAsync();
            Assert.Equal((IdentityState.Ready, 3 * TenMinutes, 1, Estimate), (scene.Record.State, scene.Record.SpentMicroUsd, scene.Counted.StartedToday, scene.Counted.MicroUsdToday));
            Assert.Equal((3, 3 * TenMinutes, 3 * TenMinutes), await scene.DayAsync(day));
        });
    }

    [Fact]
    public async Task A_cancelled_one_costs_what_it_ran_and_counts_for_its_owner()
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Ends = null });

        scene.Tell(async () =>
        {
            var day = scene.Now;
            await scene.UntilAsync(scene.World.Hub.Journal.Entries.Last(entry => entry.JobId is not null).At + TimeSpan.FromMinutes(1 + 9.5));
            await scene.Host.Get<IdentityActions>().CancelAsync(TrainingScene.Owner, scene.Record.Id, CancellationToken.None);

            Assert.Equal((Failures.Canceled, TenMinutes), (scene.Record.FailureCode, scene.Record.SpentMicroUsd));
            Assert.Equal((1, Estimate), (scene.Counted.StartedToday, scene.Counted.MicroUsdToday));
            Assert.Equal((1, TenMinutes, TenMinutes), await scene.DayAsync(day));
        });
    }

    [Fact]
    public async Task The_days_dollars_of_all_users_are_not_overspent_and_what_comes_back_can_be_used()
    {
        await using var scene = await TrainingScene.StartAsync(Trains, new Dictionary<string, string?> { ["Training:UsdPerDay"] = "5" });

        scene.Tell(async () =>
        {
            var refused = await scene.PostAsync("second", 1);
            Assert.Equal((IntakeProblem.Paused, TimeSpan.FromDays(1)), (refused.Problem, refused.RetryAfter + scene.Now.TimeOfDay));
            await scene.JobOverAsync();
            await scene.LookAsync();

            Assert.Null((await scene.PostAsync("second", 1)).Problem);
            Assert.Equal((2, TenMinutes + Ceiling, TenMinutes), await scene.DayAsync(scene.Now));
        });
    }

    [Theory]
    [InlineData("Quota:UsdPerDay", "2", QuotaLimit.UsdPerDay)]
    [InlineData("Quota:PerDay", "1", QuotaLimit.PerDay)]
    public async Task A_users_day_is_spent_by_what_is_under_way_and_given_back_by_what_fails(string setting, string value, QuotaLimit limit)
    {
        await using var scene = await TrainingScene.StartAsync(Course.Of(JobEnd.Completed), new Dictionary<string, string?> { [setting] = value });

        scene.Tell(async () =>
        {
            Assert.Equal(limit, (await scene.PostAsync("second", 1)).Over);
            await EndAsync(scene);
            Assert.Equal(Failures.WeightsMissing, scene.Record.FailureCode);

            Assert.Null((await scene.PostAsync("second", 1)).Problem);
            Assert.Equal(limit, (await scene.PostAsync("third", 2)).Over);
        });
    }

    [Fact]
    public async Task A_new_day_begins_at_midnight_for_the_user_and_the_end_is_counted_on_the_day_of_the_launch()
    {
        await using var scene = await TrainingScene.StartAsync(Course.Of(JobEnd.Completed), new Dictionary<string, string?> { ["Quota:PerDay"] = "1", ["Training:UsdPerDay"] = "4" });

        scene.World.Run(async () =>
        {
            var midnight = scene.Now.Date.AddDays(1);
            await scene.UntilAsync(new DateTimeOffset(midnight, TimeSpan.Zero) - (5 * TrainingScene.Minute));
            var launched = scene.Now;
            await scene.PostAsync();
            await scene.UntilAsync(launched + (6 * TrainingScene.Minute));
            var first = scene.Record.Id;
            Assert.Null((await scene.PostAsync("second", 1)).Problem);
            Assert.Equal((1, Ceiling, 0), await scene.DayAsync(scene.Now));

            await scene.UntilAsync(launched + TimeSpan.FromMinutes(25));
            var before = scene.World.Records.Single(record => record.Id == first);
            await scene.Host.Get<Reconciler>().MoveAsync(scene.Host.Get<IdentityTables>().For(before.OwnerKey), before, CancellationToken.None);
            Assert.Equal(Failures.WeightsMissing, scene.World.Records.Single(record => record.Id == first).FailureCode);
            Assert.Equal((1, TenMinutes, TenMinutes), await scene.DayAsync(launched));
            Assert.Equal((1, Ceiling, 0), await scene.DayAsync(scene.Now));
            Assert.Equal((1, Estimate), (scene.Counted.StartedToday, scene.Counted.MicroUsdToday));
        });
    }

    [Fact]
    public async Task A_start_whose_answer_was_lost_at_midnight_is_counted_on_both_days_and_corrected_on_the_second()
    {
        await using var scene = await TrainingScene.StartAsync(Trains);

        scene.World.Run(async () =>
        {
            var midnight = new DateTimeOffset(scene.Now.Date.AddDays(1), TimeSpan.Zero);
            await scene.UntilAsync(midnight - TimeSpan.FromSeconds(30));
            var first = scene.Now;
            scene.Host.Gate.Fails = boundary => boundary is { Name: "hub:jobs.start", Moment: Moment.Before, Nth: 1 } ? new HttpRequestException("Lost.") : null;
            await scene.PostAsync();
            Assert.Equal((IdentityState.Committed, 1), (scene.Record.State, scene.Record.LaunchTries));
            await scene.TickAsync(5 * TrainingScene.Minute);
            Assert.Equal(IdentityState.Training, scene.Record.State);
            Assert.Equal((1, Ceiling, 0), await scene.DayAsync(first));
            Assert.Equal((1, Ceiling, 0), await scene.DayAsync(scene.Now));

            await scene.JobOverAsync();
            await scene.LookAsync();
            Assert.Equal((IdentityState.Ready, TenMinutes), (scene.Record.State, scene.Record.SpentMicroUsd));
            Assert.Equal((1, Ceiling, 0), await scene.DayAsync(first));
            Assert.Equal((1, TenMinutes, TenMinutes), await scene.DayAsync(scene.Now));
        });
    }

    [Fact]
    public async Task A_host_that_dies_between_the_record_and_the_budget_leaves_the_ceiling_counted()
    {
        await using var scene = await TrainingScene.StartAsync(Trains);

        scene.Tell(async () =>
        {
            await scene.JobOverAsync();
            scene.Host.Gate.DiesAt = boundary => boundary.Moment is Moment.Before && boundary.Name.EndsWith(".service", StringComparison.Ordinal);
            await Task.WhenAny(scene.LookAsync(), scene.Host.Gate.Died);
            Assert.True(scene.Host.Gate.Dead);
            scene.Host = scene.World.NewHost("next");
            await scene.TickAsync(3 * TrainingScene.Minute);

            Assert.Equal((IdentityState.Ready, TenMinutes), (scene.Record.State, scene.Record.SpentMicroUsd));
            Assert.Equal((1, Ceiling, 0), await scene.DayAsync(scene.Now));
        });
    }

    [Fact]
    public async Task A_start_refused_for_want_of_credit_costs_nobody_anything_and_is_remembered()
    {
        await using var scene = await TrainingScene.StartAsync(Trains);
        scene.World.Hub.Faults.Add(new Fault("jobs.start", FaultKind.Status, Status: 402));

        scene.World.Run(async () =>
        {
            await scene.PostAsync();

            FailedEnd.Check(scene, Failures.NoCredit);
            Assert.Equal((1, 0, 0), await scene.DayAsync(scene.Now));
            Assert.InRange(scene.Now - (await scene.ServiceRowAsync(Preflight.CreditRow)).GetDateTimeOffset("refused_at")!.Value, TimeSpan.Zero, TrainingScene.Second);
        });
    }

    [Fact]
    public async Task What_a_job_cost_that_nobody_could_look_at_is_taken_to_be_the_most()
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Ends = null });

        scene.Tell(async () =>
        {
            var day = scene.Now;
            scene.Host.Gate.Fails = boundary => boundary.Name.StartsWith("hub:", StringComparison.Ordinal) ? new HttpRequestException("Nobody answers.") : null;
            await scene.LookAsync(scene.Record.DeadlineAt);

            Assert.Equal((Failures.JobTimeout, Ceiling), (scene.Record.FailureCode, scene.Record.SpentMicroUsd));
            Assert.Equal((1, Ceiling, Ceiling), await scene.DayAsync(day));
        });
    }

    [Fact]
    public async Task What_ran_until_its_repo_was_gone_is_paid_for()
    {
        await using var scene = await TrainingScene.StartAsync(new Course { Ends = null });

        scene.Tell(async () =>
        {
            var day = scene.Now;
            await scene.LookAsync(scene.Now + (5 * TrainingScene.Minute));
            scene.World.Hub.Faults.Add(new Fault("info", FaultKind.Status, Times: 2, Status: 404, Headers: new Dictionary<string, string> { ["X-Error-Code"] = "RepoNotFound" }));
            await scene.LookAsync(scene.Now + TrainingScene.Minute);
            await scene.LookAsync(scene.Now + (2 * TrainingScene.Minute));

            Assert.Equal(Failures.RepoGone, scene.Record.FailureCode);
            Assert.InRange(scene.Record.SpentMicroUsd, TrainingPriceOf(7), TrainingPriceOf(8));
            Assert.Equal((1, scene.Record.SpentMicroUsd, scene.Record.SpentMicroUsd), await scene.DayAsync(day));
        });
    }

    private static async Task EndAsync(TrainingScene scene)
    {
        await scene.JobOverAsync();
        await scene.LookAsync(scene.JobEnded + TimeSpan.FromMinutes(10));
    }

    private static long TrainingPriceOf(int minutes) => (long)Math.Ceiling(minutes * 2_500_000m / 60);
}
