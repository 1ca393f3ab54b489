using TrainIdentity.Hub;

namespace TrainIdentity.Tests.Hub;

public sealed class SignedLinkTests
{
    [Theory]
    [InlineData("Expires=1800000000&Signature=x&Key-Pair-Id=y", "2027-01-15T08:00:00Z")]
    [InlineData("response-content-disposition=inline%3B&Expires=1800000000", "2027-01-15T08:00:00Z")]
    [InlineData("X-Amz-Date=20270115T080000Z&X-Amz-Expires=3600&X-Amz-Signature=x", "2027-01-15T09:00:00Z")]
    [InlineData("X-Amz-Expires=0&X-Amz-Date=20270115T080000Z", "2027-01-15T08:00:00Z")]
    [InlineData("Expires=1800000000&Expires=1", "2027-01-15T08:00:00Z")]
    [InlineData("", null)]
    [InlineData("Expires=", null)]
    [InlineData("Expires=-5", null)]
    [InlineData("Expires=soon", null)]
    [InlineData("Expires=253402300800", null)]
    [InlineData("Expires=99999999999999999999999", null)]
    [InlineData("X-Amz-Date=20270115T080000Z", null)]
    [InlineData("X-Amz-Expires=3600", null)]
    [InlineData("X-Amz-Date=2027-01-15&X-Amz-Expires=3600", null)]
    [InlineData("X-Amz-Date=20271301T080000Z&X-Amz-Expires=3600", null)]
    [InlineData("X-Amz-Date=20270115T080000Z&X-Amz-Expires=31536000", null)]
    [InlineData("expires=1800000000", null)]
    public void It_knows_when_it_ends_or_says_that_it_does_not(string query, string? ends)
    {
        var url = new Uri($"https://storage.example/weights?{query}");

        var link = SignedLink.Of(url);

        Assert.Equal(url, link.Url);
        Assert.Equal(ends is null ? null : DateTimeOffset.Parse(ends, System.Globalization.CultureInfo.InvariantCulture), link.ExpiresAt);
    }

    [Fact]
    public void Printed_it_gives_nothing_away() =>
        Assert.DoesNotContain("storage", SignedLink.Of(new Uri("https://storage.example/weights?Expires=1800000000&Signature=x")).ToString(), StringComparison.Ordinal);
}
