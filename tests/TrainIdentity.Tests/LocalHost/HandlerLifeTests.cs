using System.Diagnostics;
using System.Net;
using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.LocalHost;

public sealed class HandlerLifeTests
{
    [Fact]
    public async Task The_handler_starts_in_its_folder_with_the_hosts_environment_and_the_settings_on_top()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync(settings: ("ECHO_ANYTHING", "mine"));

        using var answer = await host.GetAsync("/api/echo/x");
        var seen = await answer.SeenAsync();
        var environment = seen["environment"]!;

        Assert.Equal(app.Folder, (string?)seen["folder"]);
        Assert.Equal($"{host.Handler.Port}", (string?)environment["FUNCTIONS_CUSTOMHANDLER_PORT"]);
        Assert.Equal($"{host.Handler.Port}", (string?)environment["FUNCTIONS_HTTPWORKER_PORT"]);
        Assert.Equal((string?)environment["FUNCTIONS_HTTPWORKER_ID"], (string?)environment["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"]);
        Assert.Equal(app.Folder, (string?)environment["FUNCTIONS_APP_ROOT_PATH"]);
        Assert.Equal("mine", (string?)environment["ECHO_ANYTHING"]);
        Assert.Equal(host.Url.Port, new Uri((string)environment["ASPNETCORE_URLS"]!).Port);
    }

    [Fact]
    public async Task A_call_that_comes_before_the_handler_is_ready_waits_for_it()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync(settings: ("ECHO_WAIT", app.OpenFile));

        var early = host.SendAsync(HttpMethod.Post, "/api/echo/x", new StringContent("early"));
        await Eventually.IsTrueAsync(() => host.Starts is 1);
        await File.WriteAllTextAsync(app.OpenFile, "", TestContext.Current.CancellationToken);
        using var answer = await early;

        Assert.Equal("early", (string?)(await answer.SeenAsync())["body"]);
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("HEAD", false)]
    [InlineData("DELETE", false)]
    [InlineData("POST", true)]
    public async Task A_call_without_a_body_is_repeated_after_a_kill(string method, bool emptyBody)
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();

        var call = host.SendAsync(new HttpMethod(method), "/api/echo/hold-once", emptyBody ? new ByteArrayContent([]) : null);
        await Eventually.IsTrueAsync(() => File.Exists(app.HeldFile));
        host.KillHandler();
        using var answer = await call;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(2, host.Starts);
    }

    [Fact]
    public async Task A_call_whose_body_was_sent_ends_as_an_empty_500()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();

        var call = host.SendAsync(HttpMethod.Post, "/api/echo/hold-once", new StringContent("sent"));
        await Eventually.IsTrueAsync(() => File.Exists(app.HeldFile));
        host.KillHandler();
        using var answer = await call;

        Assert.Equal((HttpStatusCode.InternalServerError, ""), (answer.StatusCode, await answer.TextAsync()));
    }

    [Fact]
    public async Task A_call_with_a_body_sent_while_the_handler_is_down_is_answered_after_the_restart()
    {
        using var app = new EchoApp();
        await File.WriteAllTextAsync(app.OpenFile, "", TestContext.Current.CancellationToken);
        await using var host = await app.StartAsync(settings: ("ECHO_WAIT", app.OpenFile));
        await host.WaitUntilReadyAsync(TestContext.Current.CancellationToken);

        File.Delete(app.OpenFile);
        host.KillHandler();
        await Eventually.IsTrueAsync(() => host.Starts is 2);
        var call = host.SendAsync(HttpMethod.Post, "/api/echo/x", new StringContent("late"));
        await File.WriteAllTextAsync(app.OpenFile, "", TestContext.Current.CancellationToken);
        using var answer = await call;

        Assert.Equal("late", (string?)(await answer.SeenAsync())["body"]);
    }

    [Fact]
    public async Task A_call_refused_while_the_handlers_end_is_not_yet_known_is_answered_after_the_restart()
    {
        using var app = new EchoApp();
        var clock = new CountingClock();
        await using var host = await app.StartAsync(options => options with { Clock = clock });

        var call = host.GetAsync("/api/echo/deaf-once");
        await Eventually.IsTrueAsync(() => File.Exists(app.HeldFile));
        // Each replay waits once. The real host makes ten.
        var waits = clock.Waits;
        await Eventually.IsTrueAsync(() => clock.Waits > waits + 10);
        await File.WriteAllTextAsync(app.OpenFile, "", TestContext.Current.CancellationToken);
        using var answer = await call;

        Assert.Equal((HttpStatusCode.OK, 2), (answer.StatusCode, host.Starts));
    }

    [Fact]
    public async Task A_restart_keeps_the_address_and_changes_the_process()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();
        using var first = await host.GetAsync("/api/echo/x");
        var (before, address) = (await first.SeenAsync(), host.Handler);

        host.KillHandler();
        await Eventually.IsTrueAsync(() => host.Starts is 2);
        using var second = await host.GetAsync("/api/echo/x");
        var after = await second.SeenAsync();

        Assert.Equal(address.Authority, after.Header("host"));
        Assert.NotEqual((int?)before["process"], (int?)after["process"]);
        Assert.Equal(host.HandlerProcessId, (int?)after["process"]);
    }

    [Fact]
    public async Task Without_a_limit_the_handler_always_comes_back()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();

        for (var kills = 1; kills <= 5; kills++)
        {
            await host.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
            host.KillHandler();
            await Eventually.IsTrueAsync(() => host.Starts == kills + 1);
        }

        using var answer = await host.GetAsync("/api/echo/x");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_third_crash_within_the_window_stops_the_host()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync(options => options with { CrashLimit = 3 });

        using var poisoned = await host.GetAsync("/api/echo/exit?code=1");
        var reason = await host.WentDown.WaitAsync(TestContext.Current.CancellationToken);
        using var after = await host.GetAsync("/api/echo/x");

        Assert.Equal((HttpStatusCode.InternalServerError, ""), (poisoned.StatusCode, await poisoned.TextAsync()));
        Assert.Equal("The handler crashed 3 times within 30 minutes.", reason);
        Assert.Equal(3, host.Starts);
        Assert.Equal(HttpStatusCode.InternalServerError, after.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    public async Task A_normal_end_and_a_wanted_restart_are_no_crashes(int exitCode)
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync(options => options with { CrashLimit = 1 });

        using var ended = await host.SendAsync(HttpMethod.Post, $"/api/echo/exit?code={exitCode}", new StringContent("once"));
        using var next = await host.GetAsync("/api/echo/x");

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Equal(2, host.Starts);
    }

    [Fact]
    public async Task A_handler_that_never_answers_is_given_up_with_its_last_words()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync(settings: ("ECHO_EXIT", "9"));

        var failure = await Assert.ThrowsAsync<LocalHostException>(() => host.WaitUntilReadyAsync(TestContext.Current.CancellationToken));

        Assert.Equal("The handler never answered in 3 starts (exit code 9): The echo handler was told to end.", failure.Message);
    }

    [Fact]
    public async Task A_handler_not_up_within_the_initialization_timeout_counts_as_crashed()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync(
            options => options with { InitializationTimeout = TimeSpan.FromMilliseconds(1), CrashLimit = 1 }, ("ECHO_WAIT", app.OpenFile));

        var reason = await host.WentDown.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("The handler crashed 1 times within 30 minutes.", reason);
    }

    [Fact]
    public async Task The_handler_ends_with_its_host()
    {
        using var app = new EchoApp();
        var host = await app.StartAsync();
        await host.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
        using var handler = Process.GetProcessById(host.HandlerProcessId);

        await host.DisposeAsync();

        Assert.True(handler.HasExited);
    }

    private sealed class CountingClock : TimeProvider
    {
        private volatile int _waits;

        public int Waits => _waits;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ = Interlocked.Increment(ref _waits);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
