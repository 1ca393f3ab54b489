using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Rig.Sim;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Identities;

/// <summary>The operator's switch and the day's budget of training starts.</summary>
public sealed class StartBudgetTests : IDisposable
{
    private static readonly Identity Any = NameInRepo.Identity("Mom");

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2027, 3, 1, 22, 0, 0, TimeSpan.Zero));
    private readonly Telemetry _telemetry = new();
    private readonly IdentityTables _tables;

    public StartBudgetTests()
    {
        var memory = new MemoryTables(_clock).With("Owned", "Index");
        var clock = new StorageClock(_clock);
        _tables = new IdentityTables(memory.Client("Owned"), memory.Client("Index"), clock);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_word_to_the_contrary_trainings_may_be_started() => Assert.Null(await Budget().BlockedUntilAsync(Usual.Plan, Stop));

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Paused_by_setting_or_by_row_it_is_asked_again_in_five_minutes(bool setting, bool row)
    {
        if (row)
        {
            await PauseAsync(true);
        }

        Assert.Equal(_clock.GetUtcNow().AddMinutes(5), await Budget(paused: setting).BlockedUntilAsync(Usual.Plan, Stop));
    }

    [Fact]
    public async Task The_row_is_read_every_time_so_no_restart_is_needed()
    {
        var budget = Budget();
        await PauseAsync(true);
        var paused = await budget.BlockedUntilAsync(Usual.Plan, Stop);
        await PauseAsync(false);

        Assert.NotNull(paused);
        Assert.Null(await budget.BlockedUntilAsync(Usual.Plan, Stop));
    }

    [Fact]
    public async Task A_spent_budget_lasts_until_midnight_and_is_told_once()
    {
        var budget = Budget(perDay: 3);
        for (var n = 0; n < 3; n++)
        {
            Assert.Null(await budget.BlockedUntilAsync(Usual.Plan, Stop));
            await budget.TakeAsync(Any, Usual.Plan.ListUsdPerHour, Stop);
        }

        Assert.Equal(new DateTimeOffset(2027, 3, 2, 0, 0, 0, TimeSpan.Zero), await budget.BlockedUntilAsync(Usual.Plan, Stop));
        await budget.TakeAsync(Any, Usual.Plan.ListUsdPerHour, Stop);
        Assert.Equal(1, (await _tables.Service.GetAsync($"a_{AlertKind.BudgetSpent}", Stop)).GetInt64("count"));
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(await budget.BlockedUntilAsync(Usual.Plan, Stop));
    }

    [Fact]
    public async Task Hosts_that_start_at_once_are_all_counted()
    {
        var budget = Budget(perDay: 50);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => budget.TakeAsync(Any, Usual.Plan.ListUsdPerHour, Stop), Stop)));

        Assert.NotNull(await budget.BlockedUntilAsync(Usual.Plan, Stop));
        Assert.Equal(1, (await _tables.Service.GetAsync($"a_{AlertKind.BudgetSpent}", Stop)).GetInt64("count"));
    }

    [Fact]
    public async Task With_external_training_there_is_nothing_to_pause_or_count()
    {
        await PauseAsync(true);

        Assert.Null(await Budget(paused: true, perDay: 0, mode: TrainingMode.External).BlockedUntilAsync(Usual.Plan, Stop));
    }

    [Fact]
    public async Task Money_is_reserved_at_its_ceiling_and_given_back_when_the_training_cost_less()
    {
        // An hour and a half at 2.50 USD is 3.75 at the most, so two fit into 9 USD and a third does not.
        var budget = Budget(usdPerDay: 9);
        await budget.TakeAsync(Any, 2.5m, Stop);
        Assert.Null(await budget.BlockedUntilAsync(Usual.Plan, Stop));
        await budget.TakeAsync(Any, 2.5m, Stop);
        Assert.Equal(new DateTimeOffset(2027, 3, 2, 0, 0, 0, TimeSpan.Zero), await budget.BlockedUntilAsync(Usual.Plan, Stop));

        var now = _clock.GetUtcNow();
        var training = Any with
        {
            State = IdentityState.Training, UsdPerHour = 2.5m, LaunchIntentAt = now,
            Job = new JobSeen("job", JobStage.Completed, now, now, now.AddMinutes(23.5)),
        };
        var failed = training.FailedKeeping(Failures.JobError, now.AddHours(1), now.AddDays(7), now.AddDays(1));
        await budget.SettleAsync(training, failed, Stop);
        await budget.SettleAsync(failed, failed, Stop);

        Assert.Equal(1_000_000, failed.SpentMicroUsd);
        Assert.Null(await budget.BlockedUntilAsync(Usual.Plan, Stop));
        var day = await _tables.Service.GetAsync(StartBudget.Row(now), Stop);
        Assert.Equal((2, 4_750_000, 1_000_000), (day.GetInt64("count"), day.GetInt64("micro_usd"), day.GetInt64("spent_micro_usd")));
    }

    [Fact]
    public async Task What_is_lacking_blocks_what_needs_it_and_nothing_else()
    {
        var (model, other) = (Lack("base_model", Usual.Plan.BaseModel), Lack("hardware", "h200"));

        Assert.Equal(_clock.GetUtcNow().AddMinutes(1), await Budget(checks: model).BlockedUntilAsync(Usual.Plan, Stop));
        Assert.Equal(_clock.GetUtcNow().AddMinutes(1), await Budget(checks: model).UnfitUntilAsync(Usual.Plan, Stop));
        Assert.Null(await Budget(checks: other).BlockedUntilAsync(Usual.Plan, Stop));

        static PreflightCheck Lack(string component, string subject) => new(component, PreflightState.Lacking, "", subject);
    }

    public void Dispose()
    {
        _telemetry.Dispose();
        _tables.Dispose();
    }

    private Task PauseAsync(bool paused) => _tables.Service.ChangeAsync("training", row => row["paused"] = paused, Stop);

    private StartBudget Budget(bool paused = false, int perDay = 100, decimal? usdPerDay = null, TrainingMode mode = TrainingMode.Jobs, params PreflightCheck[] checks) => new(
        _tables, new TrainingOptions { Paused = paused, StartsPerDay = perDay, UsdPerDay = usdPerDay, Mode = mode }, Usual.Preflight(_clock, checks), new Alerts(_tables, _telemetry, _tables.Clock, NullLogger<Alerts>.Instance), _telemetry);
}
