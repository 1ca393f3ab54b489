using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Identities;

public sealed class StorageClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _own = new(Noon);

    [Fact]
    public void A_slow_answer_is_not_taken_for_a_wrong_clock()
    {
        var clock = new StorageClock(_own);

        // Written by the tables a second after it was asked for, and nine more seconds under way.
        _own.Advance(TimeSpan.FromSeconds(10));
        clock.Observe(sent: Noon, date: Noon.AddSeconds(1));

        Assert.Equal(TimeSpan.Zero, clock.Ahead);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(-3600)]
    [InlineData(2)]
    public void A_difference_that_no_delay_explains_is_one(int seconds)
    {
        var clock = new StorageClock(_own);

        clock.Observe(Noon.AddSeconds(seconds));

        Assert.Equal(Noon.AddSeconds(seconds), clock.GetUtcNow());
    }

    [Fact]
    public void A_clock_that_was_set_right_again_is_believed_again()
    {
        var clock = new StorageClock(_own);
        clock.Observe(Noon.AddHours(1));

        _own.Advance(TimeSpan.FromHours(1));
        clock.Observe(Noon.AddHours(1));

        Assert.Equal(Noon.AddHours(1), clock.GetUtcNow());
    }

    [Fact]
    public void Dates_cut_to_the_second_move_nothing()
    {
        _own.Advance(TimeSpan.FromMilliseconds(700));
        var clock = new StorageClock(_own);

        clock.Observe(Noon);

        Assert.Equal(TimeSpan.Zero, clock.Ahead);
    }
}
