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
    private TaskCompletionSource _hold = new();

    public SecretCacheTests() => _hold.SetResult();

    [Fact]
    public async Task A_snapshot_is_read_once_and_renewed_behind_the_back_of_whoever_asks()
    {
        var cache = Cache();
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
        var cache = Cache();
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
        var cache = Cache();

        await Assert.ThrowsAsync<SecretsUnavailableException>(async () => await cache.GetAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task With_evidence_the_store_is_read_again_by_all_who_ask_together()
    {
        var cache = Cache();
        var stop = TestContext.Current.CancellationToken;
        await cache.GetAsync(stop);
        _vault = () => new SecretSnapshot { HubToken = "second" };
        _hold = new TaskCompletionSource();

        var asked = Enumerable.Range(0, 20).Select(_ => cache.RenewedAsync(stop).AsTask()).ToArray();
        var meanwhile = await cache.GetAsync(stop);
        _hold.SetResult();
        var renewed = await Task.WhenAll(asked);

        Assert.Equal("first", meanwhile.HubToken);
        Assert.All(renewed, secrets => Assert.Equal("second", secrets.HubToken));
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task However_much_evidence_there_is_the_store_is_read_again_once_in_thirty_seconds()
    {
        var cache = Cache();
        var stop = TestContext.Current.CancellationToken;
        await cache.GetAsync(stop);
        await cache.RenewedAsync(stop);
        _vault = () => new SecretSnapshot { HubToken = "second" };

        _clock.Advance(TimeSpan.FromSeconds(29));
        var paced = await cache.RenewedAsync(stop);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var renewed = await cache.RenewedAsync(stop);

        Assert.Equal(("first", "second", 3), (paced.HubToken, renewed.HubToken, _reads));
    }

    [Fact]
    public async Task A_renewal_that_fails_gives_what_is_known_and_counts_as_one()
    {
        var cache = Cache();
        var stop = TestContext.Current.CancellationToken;
        await cache.GetAsync(stop);
        _vault = () => throw new HttpRequestException("down");

        var first = await cache.RenewedAsync(stop);
        var second = await cache.RenewedAsync(stop);

        Assert.Equal(("first", "first", 2), (first.HubToken, second.HubToken, _reads));
    }

    [Fact]
    public async Task With_the_store_away_what_lets_callers_in_serves_for_an_hour_and_the_token_for_a_day()
    {
        var cache = Cache();
        var stop = TestContext.Current.CancellationToken;
        _vault = () => new SecretSnapshot { HubToken = "first", WebhookSecret = "now", PreviousWebhookSecret = "before", SupabaseJwtSecret = "jwt", KeySalt = "salt" };
        await cache.GetAsync(stop);
        _vault = () => throw new HttpRequestException("down");

        _clock.Advance(TimeSpan.FromMinutes(59));
        var young = await cache.GetAsync(stop);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var old = await cache.GetAsync(stop);
        var renewed = await cache.RenewedAsync(stop);

        Assert.Equal(("now", "before", "jwt"), (young.WebhookSecret, young.PreviousWebhookSecret, young.SupabaseJwtSecret));
        Assert.Equal(new SecretSnapshot { HubToken = "first", KeySalt = "salt" }, old);
        Assert.Equal(old, renewed);
    }

    [Fact]
    public async Task After_a_quiet_night_the_first_to_ask_gets_what_the_store_says_now()
    {
        var cache = Cache();
        var stop = TestContext.Current.CancellationToken;
        await cache.GetAsync(stop);
        _vault = () => new SecretSnapshot { HubToken = "second", WebhookSecret = "now" };

        _clock.Advance(TimeSpan.FromHours(9));
        var secrets = await cache.GetAsync(stop);

        Assert.Equal(new SecretSnapshot { HubToken = "second", WebhookSecret = "now" }, secrets);
    }

    [Fact]
    public async Task While_the_store_fails_nobody_waits_for_it_and_when_it_is_back_all_is_well()
    {
        var cache = Cache();
        var stop = TestContext.Current.CancellationToken;
        _vault = () => new SecretSnapshot { HubToken = "first", WebhookSecret = "now" };
        await cache.GetAsync(stop);
        _vault = () => throw new HttpRequestException("down");
        _clock.Advance(TimeSpan.FromHours(2));
        await cache.GetAsync(stop);

        _clock.Advance(TimeSpan.FromSeconds(10));
        _hold = new TaskCompletionSource();
        _vault = () => new SecretSnapshot { HubToken = "first", WebhookSecret = "now" };
        var meanwhile = await cache.GetAsync(stop);
        _hold.SetResult();

        Assert.Equal(new SecretSnapshot { HubToken = "first" }, meanwhile);
        await Until(async () => (await cache.GetAsync(stop)).WebhookSecret == "now");
    }

    [Fact]
    public void A_snapshot_never_prints_what_it_holds() => Assert.DoesNotContain("first", _vault().ToString(), StringComparison.Ordinal);

    private SecretCache Cache() => new(
        async _ =>
        {
            Interlocked.Increment(ref _reads);
            _read.TrySetResult();
            await _hold.Task;
            return _vault();
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
