using System.Net;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class RateLimitTests
{
    private const string Whoami = "/api/whoami-v2";
    private const string Resolve = "/local/mira/resolve/main/a.txt";

    [Fact]
    public async Task A_window_gives_its_quota_says_so_and_starts_again()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 9, 1, 12, 4, 0, TimeSpan.Zero));
        await using var hub = await HubUser.StartAsync(options => options with { Clock = clock, RateLimits = new(Api: 2) });
        using var user = new HubUser(hub);

        using var first = await user.GetAsync(Whoami);
        using var second = await user.GetAsync(Whoami);
        using var refused = await user.GetAsync(Whoami);
        clock.Advance(TimeSpan.FromSeconds(60));
        using var fresh = await user.GetAsync(Whoami);

        Assert.Equal(["\"api\";r=1;t=60", "\"api\";r=0;t=60", "\"api\";r=0;t=60", "\"api\";r=1;t=300"],
            new[] { first, second, refused, fresh }.Select(response => response.Headers.GetValues("RateLimit").Single()));
        Assert.Equal("\"fixed window\";\"api\";q=2;w=300", first.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.OK), (second.StatusCode, refused.StatusCode, fresh.StatusCode));
        Assert.True(refused.Headers.Contains("X-Request-Id"));
    }

    [Fact]
    public async Task Each_bucket_and_each_token_has_its_own_and_the_emulators_routes_have_none()
    {
        await using var hub = await HubUser.StartAsync(options => options with { RateLimits = new(Api: 1, Resolvers: 1, Pages: 1) });
        using var user = new HubUser(hub);
        using var runner = new HubUser(hub, HubUser.RunnerToken);

        var calls = new List<HttpStatusCode>();
        foreach (var (caller, path) in new[] { (user, Whoami), (user, Resolve), (user, "/"), (runner, Whoami), (user, Whoami), (user, Resolve), (user, "/") })
        {
            using var response = await caller.GetAsync(path);
            calls.Add(response.StatusCode);
        }

        using var faults = await user.GetAsync("/_emulator/faults");
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.OK], calls[..4]);
        Assert.All(calls[4..], status => Assert.Equal(HttpStatusCode.TooManyRequests, status));
        Assert.Equal(HttpStatusCode.OK, faults.StatusCode);
    }

    [Fact]
    public async Task Without_limits_every_answer_still_has_the_headers()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        using var api = await user.GetAsync(Whoami);
        using var resolver = await user.GetAsync(Resolve);

        Assert.StartsWith("\"api\";r=", api.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
        Assert.StartsWith("\"resolvers\";r=", resolver.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
        Assert.Equal(new RateLimits(1000, 5000, 200, 300), new RateLimits());
    }
}
