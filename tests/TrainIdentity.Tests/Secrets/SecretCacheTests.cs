using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Secrets;

namespace TrainIdentity.Tests.Secrets;

public sealed class SecretCacheTests
{
    private readonly FakeTimeProvider _clock = new();
    private Func<SecretSnapshot> _vault = () => new SecretSnapshot { HubToken = "first" };
    private int _reads;
    private TaskCompletionSource _read = new();

    [Fact]
    public async Task A_snapshot_is_read_once_and_renewed_behind_the_back_of_whoever_asks()
    {
        using var cache = Cache();
        var stop = TestContext.Current.CancellationToken;
        var first = await cache.GetAsync(stop);
        _vault = () => new SecretSnapshot { HubToken = "second" };

        var unchanged = await cache.GetAsync(stop);
        _read = new TaskCompletionSource();
        _clock.Advance(TimeSpan.FromMinutes(31));
        var stale = await cache.GetAsync(stop);
        await _read.Task.WaitAsync(stop);

        Assert.Equal(("first", "first", "first"), (first.HubToken, unchanged.HubToken, stale.HubToken));
        await Until(async () => (await cache.GetAsync(stop)).HubToken == "second");
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task An_outage_is_outlived_for_a_day_and_no_longer()
    {
        using var cache = Cache();
        var stop = TestContext.Current.CancellationToken;
        await cache.GetAsync(stop);
        _vault = () => throw new HttpRequestException("down");

        _clock.Advance(TimeSpan.FromHours(23));
        var known = await cache.GetAsync(stop);
        _clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal("first", known.HubToken);
        await Assert.ThrowsAsync<SecretsUnavailableException>(async () => await cache.GetAsync(stop));
    }

    [Fact]
    public async Task Without_a_first_read_there_is_no_default()
    {
        _vault = () => throw new HttpRequestException("down");
        using var cache = Cache();

        await Assert.ThrowsAsync<SecretsUnavailableException>(async () => await cache.GetAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_snapshot_never_prints_what_it_holds() => Assert.DoesNotContain("first", _vault().ToString(), StringComparison.Ordinal);

    private SecretCache Cache() => new(
        _ =>
        {
            Interlocked.Increment(ref _reads);
            _read.TrySetResult();
            return Task.FromResult(_vault());
        },
        new SecretOptions(), _clock, NullLogger<SecretCache>.Instance);

    private static async Task Until(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            await Task.Yield();
        }
    }
}
