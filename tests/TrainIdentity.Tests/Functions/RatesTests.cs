using TrainIdentity.Functions.Http;

namespace TrainIdentity.Tests.Functions;

public sealed class RatesTests
{
    [Fact]
    public void A_user_has_a_burst_of_each_kind_and_nobody_elses()
    {
        using var rates = new Rates(new RateOptions { Creations = 2, Reads = 1 });

        TimeSpan?[] first = [rates.Take(RateKind.Creations, "a"), rates.Take(RateKind.Creations, "a"), rates.Take(RateKind.Reads, "a"), rates.Take(RateKind.Creations, "b")];

        Assert.All(first, Assert.Null);
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)), (rates.Take(RateKind.Creations, "a"), rates.Take(RateKind.Reads, "a")));
    }

    [Fact]
    public void So_many_users_are_remembered_and_then_none()
    {
        using var rates = new Rates(new RateOptions { Creations = 1, MaxUsers = 2 });
        rates.Take(RateKind.Creations, "a");
        rates.Take(RateKind.Creations, "b");
        Assert.NotNull(rates.Take(RateKind.Creations, "a"));

        rates.Take(RateKind.Creations, "c");

        Assert.Null(rates.Take(RateKind.Creations, "a"));
    }
}
