using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Hub;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Identities;

/// <summary>One question for everybody, now and then; what is known serves meanwhile.</summary>
public sealed class PreflightTests
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeptWhileLacking = TimeSpan.FromMinutes(1);
    private static readonly HubException Away = new(HubFault.Unavailable, "jobs.hardware", "away");

    private readonly FakeTimeProvider _clock = new();
    private readonly Queue<TaskCompletionSource<PreflightReport>> _answers = [];
    private int _asked;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_want_to_know_the_Hub_is_asked_once()
    {
        var answer = Answer();
        var preflight = New();

        var crowd = Enumerable.Range(0, 100).Select(_ => preflight.LastAsync(Stop).AsTask()).ToList();
        answer.SetResult(Priced(2.5m));

        Assert.All(await Task.WhenAll(crowd), known => Assert.Equal(2.5m, Price(known)));
        Assert.Equal(1, _asked);
    }

    [Theory]
    [InlineData(PreflightState.Fine, 600)]
    [InlineData(PreflightState.Untold, 600)]
    [InlineData(PreflightState.Lacking, 60)]
    [InlineData(PreflightState.Unknown, 60)]
    public async Task It_is_asked_again_after_ten_minutes_or_after_one_while_something_is_amiss_and_meanwhile_the_old_answer_serves(PreflightState state, int seconds)
    {
        Answer().SetResult(Priced(2.5m, new PreflightCheck("credit", state, "")));
        var preflight = New();
        await preflight.LastAsync(Stop);

        _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        await preflight.LastAsync(Stop);
        Assert.Equal(1, _asked);
        var next = Answer();
        _clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(2.5m, Price(await preflight.LastAsync(Stop)));
        next.SetResult(Priced(3m));
        await BecomesAsync(preflight, 3m);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Trouble_keeps_the_old_answer_and_is_no_reason_to_ask_sooner()
    {
        Answer().SetResult(Priced(2.5m, new PreflightCheck("credit", PreflightState.Fine, "fine")));
        Answer().SetException(Away);
        var preflight = New();
        await preflight.LastAsync(Stop);
        _clock.Advance(Kept);

        for (var i = 0; i < 10; i++)
        {
            var known = await preflight.LastAsync(Stop);
            Assert.Equal((2.5m, "fine"), (Price(known), Assert.Single(known.Checks).Words));
            await Task.Yield();
        }
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Prices_survive_an_answer_that_has_none_and_the_rest_of_it_counts()
    {
        Answer().SetResult(Priced(2.5m));
        Answer().SetResult(PreflightReport.Nothing with { Checks = [new PreflightCheck("hardware", PreflightState.Unknown, "away")] });
        var preflight = New();
        await preflight.LastAsync(Stop);
        _clock.Advance(Kept);

        PreflightReport known;
        while ((known = await preflight.LastAsync(Stop)).IsFine)
        {
            await Task.Yield();
        }
        Assert.Equal(2.5m, Price(known));
    }

    [Fact]
    public async Task At_first_trouble_leaves_it_unknown_for_a_minute_and_blocks_nobody()
    {
        Answer().SetException(Away);
        Answer().SetResult(Priced(2.5m));
        var preflight = New();

        Assert.Equal(PreflightReport.Nothing, await preflight.LastAsync(Stop));
        Assert.Empty((await preflight.LastAsync(Stop)).Lacking(""));
        Assert.Equal(1, _asked);
        _clock.Advance(KeptWhileLacking);
        await BecomesAsync(preflight, 2.5m);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_three_seconds_and_what_comes_late_is_there_for_the_next()
    {
        var answer = Answer();
        var preflight = New();

        var waiting = preflight.LastAsync(Stop).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(PreflightReport.Nothing, await waiting);
        var later = preflight.LastAsync(Stop).AsTask();
        answer.SetResult(Priced(2.5m));

        Assert.Equal((2.5m, 1), (Price(await later), _asked));
    }

    [Fact]
    public async Task Who_goes_away_takes_nothing_from_the_others()
    {
        var answer = Answer();
        var preflight = New();
        using var gone = new CancellationTokenSource();

        var first = preflight.LastAsync(gone.Token).AsTask();
        var second = preflight.LastAsync(Stop).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult(Priced(2.5m));

        Assert.Equal(2.5m, Price(await second));
    }

    [Fact]
    public async Task In_doubt_it_is_asked_anew_at_once_and_still_once()
    {
        Answer().SetResult(Priced(2.5m));
        var second = Answer();
        var preflight = New();
        await preflight.LastAsync(Stop);

        preflight.Doubt();
        Assert.Equal(2.5m, Price(await preflight.LastAsync(Stop)));
        preflight.Doubt();
        await preflight.LastAsync(Stop);
        second.SetResult(Priced(3m));
        await BecomesAsync(preflight, 3m);

        Assert.Equal(2, _asked);
    }

    [Fact]
    public void What_is_ignored_keeps_nobody_from_training()
    {
        var report = PreflightReport.Nothing with
        {
            Checks = [new("base_model", PreflightState.Lacking, "", "a/b"), new("credit", PreflightState.Lacking, ""), new("hardware", PreflightState.Unknown, "")],
        };

        Assert.Equal(["base_model", "credit"], report.Lacking("").Select(check => check.Component));
        Assert.Equal(["base_model"], report.Lacking("credit").Select(check => check.Component));
        Assert.Empty(report.Lacking("base_model  credit"));
        Assert.Equal(2, report.Lacking("credi").Count());
    }

    private static decimal Price(PreflightReport report) => report.Prices["a100-large"];

    private static PreflightReport Priced(decimal price, params PreflightCheck[] checks) => new(checks, new Dictionary<string, decimal> { ["a100-large"] = price });

    private static async Task BecomesAsync(Preflight preflight, decimal price)
    {
        while (!(await preflight.LastAsync(Stop)).Prices.Values.Contains(price))
        {
            await Task.Yield();
        }
    }

    private Preflight New() => new(
        _ =>
        {
            _asked++;
            return _answers.Dequeue().Task;
        },
        _clock, NullLogger<Preflight>.Instance);

    private TaskCompletionSource<PreflightReport> Answer()
    {
        var answer = new TaskCompletionSource<PreflightReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers.Enqueue(answer);
        return answer;
    }
}
