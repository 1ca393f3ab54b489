using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;
using TrainIdentity.Training;

namespace TrainIdentity.Tests.Identities;

/// <summary>The operator's switch and the day's budget of training starts.</summary>
public sealed class StartBudgetTests : IDisposable
{
    private static readonly IdentityId Any = new(Guid.Parse("0198c0de-0000-7000-8000-000000000001"));

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
    public async Task Without_word_to_the_contrary_trainings_may_be_started() => Assert.Null(await Budget().BlockedUntilAsync(Stop));

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Paused_by_setting_or_by_row_it_is_asked_again_in_five_minutes(bool setting, bool row)
    {
        if (row)
        {
            await PauseAsync(true);
        }

        Assert.Equal(_clock.GetUtcNow().AddMinutes(5), await Budget(paused: setting).BlockedUntilAsync(Stop));
    }

    [Fact]
    public async Task The_row_is_read_every_time_so_no_restart_is_needed()
    {
        var budget = Budget();
        await PauseAsync(true);
        var paused = await budget.BlockedUntilAsync(Stop);
        await PauseAsync(false);

        Assert.NotNull(paused);
        Assert.Null(await budget.BlockedUntilAsync(Stop));
    }

    [Fact]
    public async Task A_spent_budget_lasts_until_midnight_and_is_told_once()
    {
        var budget = Budget(perDay: 3);
        for (var n = 0; n < 3; n++)
        {
            Assert.Null(await budget.BlockedUntilAsync(Stop));
            await budget.TakeAsync(Any, Stop);
        }

        Assert.Equal(new DateTimeOffset(2027, 3, 2, 0, 0, 0, TimeSpan.Zero), await budget.BlockedUntilAsync(Stop));
        await budget.TakeAsync(Any, Stop);
        Assert.Equal(1, (await _tables.Service.GetAsync($"a_{AlertKind.BudgetSpent}", Stop)).GetInt64("count"));
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(await budget.BlockedUntilAsync(Stop));
    }

    [Fact]
    public async Task Hosts_that_start_at_once_are_all_counted()
    {
        var budget = Budget(perDay: 50);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => budget.TakeAsync(Any, Stop), Stop)));

        Assert.NotNull(await budget.BlockedUntilAsync(Stop));
        Assert.Equal(1, (await _tables.Service.GetAsync($"a_{AlertKind.BudgetSpent}", Stop)).GetInt64("count"));
    }

    [Fact]
    public async Task With_external_training_there_is_nothing_to_pause_or_count()
    {
        await PauseAsync(true);

        Assert.Null(await Budget(paused: true, perDay: 0, mode: TrainingMode.External).BlockedUntilAsync(Stop));
    }

    public void Dispose()
    {
        _telemetry.Dispose();
        _tables.Dispose();
    }

    private Task PauseAsync(bool paused) => _tables.Service.ChangeAsync("training", row => row["paused"] = paused, Stop);

    private StartBudget Budget(bool paused = false, int perDay = 100, TrainingMode mode = TrainingMode.Jobs) => new(
        _tables, new TrainingOptions { Paused = paused, StartsPerDay = perDay, Mode = mode }, new Alerts(_tables, _telemetry, _tables.Clock, NullLogger<Alerts>.Instance), _telemetry);
}
