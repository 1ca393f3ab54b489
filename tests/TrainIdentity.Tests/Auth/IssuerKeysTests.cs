using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TrainIdentity.Auth;

namespace TrainIdentity.Tests.Auth;

/// <summary>Keys come and go, and issuers with them.</summary>
public sealed class IssuerKeysTests
{
    private static readonly SigningKey Second = SigningKey.Rsa("second");

    [Fact]
    public async Task The_first_token_of_a_new_key_is_accepted_after_one_read()
    {
        await using var desk = await KeyDesk.OpenAsync();
        await desk.ReadAsync(desk.First);
        desk.Server.Publish(KeyDesk.Path, desk.First, Second);

        var tooSoon = await desk.ReadAsync(Second);
        desk.Clock.Advance(TimeSpan.FromSeconds(30));
        var inTime = await desk.ReadAsync(Second);

        Assert.Equal((TokenRefusal.Invalid, null, 2), (tooSoon, inTime, desk.Reads));
        Assert.Null(await desk.ReadAsync(desk.First));
    }

    [Fact]
    public async Task A_key_that_is_withdrawn_is_none_after_the_next_read()
    {
        await using var desk = await KeyDesk.OpenAsync();
        await desk.ReadAsync(desk.First);
        desk.Server.Publish(KeyDesk.Path, Second);
        desk.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Null(await desk.ReadAsync(Second));
        Assert.Equal(TokenRefusal.Invalid, await desk.ReadAsync(desk.First));
    }

    [Fact]
    public async Task Nobody_waits_while_known_keys_are_read_again()
    {
        await using var desk = await KeyDesk.OpenAsync();
        await desk.ReadAsync(desk.First);
        var asked = new TaskCompletionSource();
        desk.Server.Answer(KeyDesk.Path + "/jwks", context => Hang(asked, context.RequestAborted));
        desk.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Null(await desk.ReadAsync(desk.First));
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Null(await desk.ReadAsync(desk.First));
        Assert.Equal(2, desk.Reads);
    }

    [Fact]
    public async Task With_the_issuer_away_known_keys_serve_for_a_day_and_unknown_ones_cannot_be_told()
    {
        await using var desk = await KeyDesk.OpenAsync();
        await desk.ReadAsync(desk.First);
        desk.Server.Answer(KeyDesk.Path + "/jwks", context => Task.Run(() => context.Response.StatusCode = 500));

        desk.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        var known = await desk.ReadAsync(desk.First);
        var unknown = await desk.ReadAsync(Second);
        desk.Clock.Advance(TimeSpan.FromSeconds(1));
        var tooOld = await desk.ReadAsync(desk.First);

        Assert.Equal((null, TokenRefusal.IssuerUnavailable, TokenRefusal.IssuerUnavailable), (known, unknown, tooOld));
    }

    [Fact]
    public async Task An_issuer_that_never_answered_makes_no_token_invalid_and_is_asked_again()
    {
        await using var desk = await KeyDesk.OpenAsync();
        desk.Server.Answer(KeyDesk.Path + "/jwks", context => Task.Run(() => context.Response.StatusCode = 503));

        var away = await desk.ReadAsync(desk.First);
        desk.Server.Publish(KeyDesk.Path, desk.First);
        var stillPaced = await desk.ReadAsync(desk.First);
        desk.Clock.Advance(TimeSpan.FromSeconds(30));
        var back = await desk.ReadAsync(desk.First);

        Assert.Equal((TokenRefusal.IssuerUnavailable, TokenRefusal.IssuerUnavailable, null), (away, stillPaced, back));
        Assert.Equal(2, desk.Reads);
    }

    [Fact]
    public async Task Ten_thousand_made_up_keys_cost_the_issuer_two_reads_a_minute()
    {
        await using var desk = await KeyDesk.OpenAsync();
        var reads = new ConcurrentQueue<DateTimeOffset>();
        var answer = new JsonObject { ["keys"] = new JsonArray(desk.First.Published()) }.ToJsonString();
        desk.Server.Answer(KeyDesk.Path + "/jwks", context =>
        {
            reads.Enqueue(desk.Clock.GetUtcNow());
            return context.Response.WriteAsync(answer);
        });
        var genuine = desk.Token(desk.First);

        for (var round = 0; round < 100; round++)
        {
            var tokens = Enumerable.Range(0, 100).Select(_ => desk.Token(desk.First, kid: Guid.NewGuid().ToString())).ToList();
            var outcomes = await Task.WhenAll(tokens.Select(token => Task.Run(() => desk.ReadAsync(token))));
            Assert.All(outcomes, outcome => Assert.Equal(TokenRefusal.Invalid, outcome));
            Assert.Null(await desk.ReadAsync(genuine));
            desk.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        var times = reads.ToList();
        Assert.InRange(times.Count, 2, 17);
        Assert.All(times.Zip(times.Skip(2)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Whoever_comes_at_once_shares_one_read_and_may_hang_up()
    {
        await using var desk = await KeyDesk.OpenAsync();
        var asked = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var discovery = new JsonObject { ["issuer"] = desk.Server.Url + KeyDesk.Path, ["jwks_uri"] = desk.Server.Url + KeyDesk.Path + "/jwks" }.ToJsonString();
        desk.Server.Answer(KeyDesk.Path + "/.well-known/openid-configuration", async context =>
        {
            asked.TrySetResult();
            await go.Task;
            await context.Response.WriteAsync(discovery);
        });
        using var hangsUp = new CancellationTokenSource();
        var token = desk.Token(desk.First);

        var first = desk.ReadAsync(token, hangsUp.Token);
        var others = Enumerable.Range(0, 50).Select(_ => desk.ReadAsync(token)).ToList();
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await hangsUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        go.SetResult();

        Assert.All(await Task.WhenAll(others), outcome => Assert.Null(outcome));
        Assert.Equal(1, desk.Reads);
    }

    [Fact]
    public async Task Two_keys_without_names_are_told_apart_by_the_signature()
    {
        await using var desk = await KeyDesk.OpenAsync();
        desk.Server.Keys(KeyDesk.Path, Nameless(desk.First, Second));

        var one = await desk.ReadAsync(desk.Token(desk.First, kid: ""));
        var other = await desk.ReadAsync(desk.Token(Second, kid: ""));
        var named = await desk.ReadAsync(Second);
        var nobodys = await desk.ReadAsync(desk.Token(SigningKey.Rsa("x"), kid: ""));

        Assert.Equal((null, null, TokenRefusal.Invalid, TokenRefusal.Invalid), (one, other, named, nobodys));
    }

    [Fact]
    public async Task A_key_that_is_published_twice_without_a_name_signs_nothing()
    {
        await using var desk = await KeyDesk.OpenAsync();
        desk.Server.Keys(KeyDesk.Path, Nameless(desk.First, desk.First));

        Assert.Equal(TokenRefusal.Invalid, await desk.ReadAsync(desk.Token(desk.First, kid: "")));
    }

    private static string Nameless(params SigningKey[] keys) => new JsonObject
    {
        ["keys"] = new JsonArray([.. keys.Select(key =>
        {
            var entry = key.Published();
            _ = entry.Remove("kid");
            return entry;
        })]),
    }.ToJsonString();

    private static Task Hang(TaskCompletionSource asked, CancellationToken gone)
    {
        asked.TrySetResult();
        return Task.Delay(Timeout.Infinite, gone);
    }
}
