using System.Net;
using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.LocalHost;

public sealed class RoutingTests
{
    [Fact]
    public void The_first_folder_wins_over_a_more_specific_route()
    {
        using var app = new EchoApp().AddHttp("hub", "api/{*rest}").AddHttp("hubkey", "api/keyed/{*rest}", authLevel: "function");

        var found = FunctionsApp.Read(app.Folder, Ignore).Find("GET", "/api/keyed/x");

        Assert.Equal("hub", found?.Name);
    }

    [Fact]
    public void Folders_are_ordered_by_code_point()
    {
        using var app = new EchoApp().AddHttp("a-one", "x/{*rest}").AddHttp("Z-two", "x/{*rest}");

        var found = FunctionsApp.Read(app.Folder, Ignore).Find("GET", "/x/y");

        Assert.Equal("Z-two", found?.Name);
    }

    [Theory]
    [InlineData("GET", "/api/identities", "identities")]
    [InlineData("GET", "/api/identities/", "identities")]
    [InlineData("DELETE", "/API/Identities/a/b", "identities")]
    [InlineData("GET", "/api/identitiesx", null)]
    [InlineData("GET", "/api/health", "probes")]
    [InlineData("GET", "/api/Ready", "probes")]
    [InlineData("GET", "/api/readyx", null)]
    [InlineData("HEAD", "/api/health", null)]
    [InlineData("POST", "/api/health", "zz-post")]
    public void A_call_goes_to_the_first_function_whose_route_and_methods_take_it(string method, string path, string? expected)
    {
        using var app = new EchoApp()
            .AddHttp("identities", "api/identities/{*rest}")
            .AddHttp("probes", "api/{probe:regex(^(health|ready)$)}", """["get"]""")
            .AddHttp("zz-post", "api/{*rest}", """["post"]""");

        var found = FunctionsApp.Read(app.Folder, Ignore).Find(method, path);

        Assert.Equal(expected, found?.Name);
    }

    [Fact]
    public void A_route_is_under_the_prefix_and_named_after_its_function_by_default()
    {
        using var app = new EchoApp(routePrefix: "v1").AddFunction("plain", """
            { "bindings": [{ "type": "httpTrigger", "direction": "in", "name": "req" }, { "type": "http", "direction": "out", "name": "res" }] }
            """);

        var found = FunctionsApp.Read(app.Folder, Ignore).Find("PURGE", "/v1/plain");

        Assert.Equal(("plain", false), (found?.Name, found?.Anonymous));
    }

    [Theory]
    [InlineData("broken", "{ not json")]
    [InlineData("unbound", "{}")]
    [InlineData("two", """{ "bindings": [{ "type": "httpTrigger" }, { "type": "timerTrigger" }] }""")]
    [InlineData("9lives", """{ "bindings": [{ "type": "timerTrigger", "name": "t", "schedule": "* * * * * *" }] }""")]
    [InlineData("queue", """{ "bindings": [{ "type": "queueTrigger" }] }""")]
    [InlineData("alone", """{ "bindings": [{ "type": "httpTrigger" }] }""")]
    [InlineData("badroute", """{ "bindings": [{ "type": "httpTrigger", "route": "a/{b" }, { "type": "http", "direction": "out" }] }""")]
    public void A_broken_function_is_one_log_line_and_the_others_remain(string name, string json)
    {
        using var app = new EchoApp().AddFunction(name, json);
        var lines = new List<string>();

        var read = FunctionsApp.Read(app.Folder, lines.Add);

        Assert.Equal(["echo"], read.Http.Select(function => function.Name));
        Assert.Empty(read.Timers);
        Assert.StartsWith($"{name}/function.json is left out: ", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/nothing")]
    [InlineData("TRACE", "/api/echo/x")]
    [InlineData("POST", "/")]
    [InlineData("POST", "/tick")]
    public async Task What_no_function_takes_is_an_empty_404(string method, string path)
    {
        using var app = new EchoApp().AddTimer("tick");
        await using var host = await app.StartAsync();

        using var answer = await host.SendAsync(new HttpMethod(method), path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(await answer.TextAsync());
    }

    [Fact]
    public async Task The_root_is_the_hosts_own_page()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();

        using var answer = await host.GetAsync("/");

        Assert.Contains("Functions app", await answer.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_asks_for_a_key_is_401()
    {
        using var app = new EchoApp().AddHttp("keyed", "api/keyed", authLevel: "function");
        await using var host = await app.StartAsync();

        using var answer = await host.GetAsync("/api/keyed");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static void Ignore(string line)
    {
    }
}
