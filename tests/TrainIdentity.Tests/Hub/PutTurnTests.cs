using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Hub;

namespace TrainIdentity.Tests.Hub;

public sealed class PutTurnTests
{
    private static readonly HubOptions Options = new() { ParallelPuts = 2, PutTurn = TimeSpan.FromSeconds(1) };

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Who_comes_when_all_turns_are_taken_waits_for_the_end_of_one()
    {
        var turns = new PutTurns(Options, _clock);
        var first = await turns.TakeAsync(HubDesk.Stop);
        using var second = await turns.TakeAsync(HubDesk.Stop);

        var third = turns.TakeAsync(HubDesk.Stop);
        Assert.False(third.IsCompleted);
        first.Dispose();

        using var begun = await third;
    }

    [Fact]
    public async Task A_slow_one_goes_on_without_its_turn_and_gives_it_back_once()
    {
        var turns = new PutTurns(Options, _clock);
        var slow = await turns.TakeAsync(HubDesk.Stop);
        using var other = await turns.TakeAsync(HubDesk.Stop);
        var third = turns.TakeAsync(HubDesk.Stop);

        _clock.Advance(Options.PutTurn);
        using var begun = await third;
        using var fourth = await turns.TakeAsync(HubDesk.Stop);
        slow.Dispose();

        Assert.False(turns.TakeAsync(HubDesk.Stop).IsCompleted);
    }

    [Fact]
    public async Task Who_gives_up_waiting_has_no_turn()
    {
        var turns = new PutTurns(new HubOptions { ParallelPuts = 1 }, _clock);
        var first = await turns.TakeAsync(HubDesk.Stop);
        using var hurry = new CancellationTokenSource();

        var given = turns.TakeAsync(hurry.Token);
        await hurry.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        first.Dispose();

        using var next = await turns.TakeAsync(HubDesk.Stop);
    }
}
