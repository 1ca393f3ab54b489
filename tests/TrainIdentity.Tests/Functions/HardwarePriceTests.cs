using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Functions;
using TrainIdentity.Hub;

namespace TrainIdentity.Tests.Functions;

public sealed class HardwarePriceTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly Queue<TaskCompletionSource<decimal?>> _answers = [];
    private int _asked;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_want_to_know_the_hub_is_asked_once()
    {
        var answer = Answer();
        var price = Price();

        var crowd = Enumerable.Range(0, 100).Select(_ => price.PerHourAsync(Stop).AsTask()).ToList();
        answer.SetResult(2.5m);

        Assert.All(await Task.WhenAll(crowd), known => Assert.Equal(2.5m, known));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task It_is_asked_again_after_an_hour_and_meanwhile_the_old_answer_serves()
    {
        Answer().SetResult(2.5m);
        var price = Price();
        await price.PerHourAsync(Stop);

        _clock.Advance(Hour - TimeSpan.FromTicks(1));
        await price.PerHourAsync(Stop);
        Assert.Equal(1, _asked);
        var next = Answer();
        _clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(2.5m, await price.PerHourAsync(Stop));
        next.SetResult(3m);
        while (await price.PerHourAsync(Stop) != 3m)
        {
            await Task.Yield();
        }
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Trouble_keeps_the_old_answer_and_is_no_reason_to_ask_sooner()
    {
        Answer().SetResult(2.5m);
        Answer().SetException(new HubException(HubFault.Unavailable, "jobs.hardware", "away"));
        var price = Price();
        await price.PerHourAsync(Stop);
        _clock.Advance(Hour);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(2.5m, await price.PerHourAsync(Stop));
            await Task.Yield();
        }
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task At_first_trouble_leaves_it_unknown_for_an_hour()
    {
        Answer().SetException(new HubException(HubFault.Unavailable, "jobs.hardware", "away"));
        Answer().SetResult(2.5m);
        var price = Price();

        Assert.Null(await price.PerHourAsync(Stop));
        Assert.Null(await price.PerHourAsync(Stop));
        Assert.Equal(1, _asked);
        _clock.Advance(Hour);
        Assert.Equal(2.5m, await price.PerHourAsync(Stop));
    }

    [Fact]
    public async Task Nobody_waits_long_and_what_comes_late_is_there_for_the_next()
    {
        var answer = Answer();
        var price = Price();

        var waiting = price.PerHourAsync(Stop).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(await waiting);
        var later = price.PerHourAsync(Stop).AsTask();
        answer.SetResult(2.5m);

        Assert.Equal((2.5m, 1), (await later, _asked));
    }

    [Fact]
    public async Task Who_goes_away_takes_nothing_from_the_others()
    {
        var answer = Answer();
        var price = Price();
        using var gone = new CancellationTokenSource();

        var first = price.PerHourAsync(gone.Token).AsTask();
        var second = price.PerHourAsync(Stop).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult(2.5m);

        Assert.Equal(2.5m, await second);
    }

    private HardwarePrice Price() => new(
        _ =>
        {
            _asked++;
            return _answers.Dequeue().Task;
        },
        _clock, NullLogger<HardwarePrice>.Instance);

    private TaskCompletionSource<decimal?> Answer()
    {
        var answer = new TaskCompletionSource<decimal?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers.Enqueue(answer);
        return answer;
    }
}
