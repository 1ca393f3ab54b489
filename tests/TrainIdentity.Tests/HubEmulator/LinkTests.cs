using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace TrainIdentity.Tests.HubEmulator;

/// <summary>A Hub that is far away, and a line that is narrow.</summary>
public sealed class LinkTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task Every_call_takes_the_way_there()
    {
        await using var hub = await HubUser.StartAsync(options => options with { Latency = TimeSpan.FromHours(1), Clock = _clock });
        using var user = new HubUser(hub);

        var call = user.GetAsync("/api/whoami-v2");
        await ArrivesAsync(call, TimeSpan.FromMinutes(30));

        using var answer = await call;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Storage_takes_so_much_a_second_and_keeps_what_came()
    {
        await using var hub = await HubUser.StartAsync(options => options with { StorageBytesPerSecond = 1, Clock = _clock, UrlLifetime = TimeSpan.FromDays(1), Md5Tags = false });
        using var user = new HubUser(hub);
        var photo = new byte[7200];
        _ = await user.CreateAsync("mira");
        var href = (string)(await user.BatchAsync("local/mira", photo))[0]["actions"]!["upload"]!["href"]!;

        var put = user.PutAsync(href, photo);
        await ArrivesAsync(put, TimeSpan.FromMinutes(30));

        using var answer = await put;
        Assert.Equal((HttpStatusCode.OK, $"\"{HubUser.Oid(photo)[..32]}\""), (answer.StatusCode, answer.Headers.ETag!.Tag));
        Assert.True(hub.HasObject("local/mira", HubUser.Oid(photo)));
    }

    /// <summary>Only once more than so much time has gone by.</summary>
    private async Task ArrivesAsync(Task call, TimeSpan least)
    {
        var from = _clock.GetUtcNow();
        while (!call.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        Assert.True(_clock.GetUtcNow() - from > least);
    }
}
