using System.Text.Json.Nodes;
using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.LocalHost;

public sealed class TimerTests
{
    [Fact]
    public async Task A_tick_is_the_hosts_envelope_without_the_marks_of_proxied_http()
    {
        using var app = new EchoApp().AddTimer("tick");
        await using var host = await app.StartAsync(settings: ("ECHO_TICK", """{"Outputs":{},"Logs":[],"ReturnValue":null}"""));

        var run = await host.FireTimerAsync("tick", TestContext.Current.CancellationToken);
        var tick = await TickAsync(host);
        var body = JsonNode.Parse((string)tick["body"]!)!;

        Assert.True(run.Succeeded);
        Assert.Equal(("POST", "/tick"), ((string?)tick["method"], (string?)tick["path"]));
        Assert.Equal(host.Handler.Authority, tick.Header("host"));
        Assert.Equal("chunked", tick.Header("transfer-encoding"));
        Assert.Matches("^Azure-Functions-Host/4[.0-9]+$", tick.Header("user-agent"));
        Assert.True(Guid.TryParse(tick.Header("x-azure-functions-invocationid"), out _));
        Assert.Null(tick.Header("x-ms-invocation-id"));
        Assert.DoesNotContain(tick["headers"]!.AsObject(), header => header.Key.StartsWith("x-forwarded", StringComparison.Ordinal));
        Assert.True((bool?)body["Data"]!["timer"]!["Schedule"]!["AdjustForDST"]);
        Assert.False((bool?)body["Data"]!["timer"]!["IsPastDue"]);
        Assert.Equal("tick", (string?)body["Metadata"]!["sys"]!["MethodName"]);
    }

    [Fact]
    public async Task The_second_tick_knows_of_the_first()
    {
        using var app = new EchoApp().AddTimer("tick");
        await using var host = await app.StartAsync(settings: ("ECHO_TICK", "{}"));

        _ = await host.FireTimerAsync("tick", TestContext.Current.CancellationToken);
        _ = await host.FireTimerAsync("tick", TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync(() => Ticks(host).Length is 2);
        var status = Ticks(host).Select(tick => JsonNode.Parse((string)tick["body"]!)!["Data"]!["timer"]!["ScheduleStatus"]).ToArray();

        Assert.Null(status[0]);
        Assert.Equal(["Last", "Next", "LastUpdated"], status[1]!.AsObject().Select(one => one.Key));
    }

    [Fact]
    public async Task Ticks_come_by_the_option_instead_of_the_schedule()
    {
        using var app = new EchoApp().AddTimer("tick");
        await using var host = await app.StartAsync(options => options with { TimerEvery = TimeSpan.FromMilliseconds(100) }, ("ECHO_TICK", "{}"));

        await Eventually.IsTrueAsync(() => Ticks(host).Length >= 2);
    }

    [Fact]
    public async Task A_schedule_may_be_a_setting()
    {
        using var app = new EchoApp().AddTimer("tick", "%ECHO_SCHEDULE%");
        await using var host = await app.StartAsync(settings: [("ECHO_TICK", "{}"), ("ECHO_SCHEDULE", "* * * * * *")]);

        await Eventually.IsTrueAsync(() => Ticks(host).Length >= 1);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("text")]
    public async Task Anything_but_a_2xx_with_json_is_a_failed_run_and_nothing_more(string answer)
    {
        using var app = new EchoApp().AddTimer("tick");
        await using var host = await app.StartAsync(settings: ("ECHO_TICK", answer));

        var run = await host.FireTimerAsync("tick", TestContext.Current.CancellationToken);

        Assert.False(run.Succeeded);
        Assert.Equal(1, host.Starts);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("null")]
    public async Task An_empty_answer_hangs_until_the_function_timeout_and_then_the_handler_is_killed(string answer)
    {
        using var app = new EchoApp().AddTimer("tick");
        await using var host = await app.StartAsync(
            options => options with { FunctionTimeout = TimeSpan.FromSeconds(2), CrashLimit = 1 }, ("ECHO_TICK", answer));

        var run = await host.FireTimerAsync("tick", TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync(() => host.Starts is 2);

        Assert.Equal((false, 200), (run.Succeeded, run.Status));
        Assert.False(host.WentDown.IsCompleted);
    }

    private static JsonObject[] Ticks(FunctionsHost host) =>
        [.. host.HandlerLines.Where(line => line.StartsWith("tick ", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line[5..])!.AsObject())];

    private static async Task<JsonObject> TickAsync(FunctionsHost host)
    {
        await Eventually.IsTrueAsync(() => Ticks(host).Length > 0);
        return Ticks(host)[0];
    }
}
