using System.Net;

namespace TrainIdentity.Tests.LocalHost;

public sealed class CorsTests
{
    private static readonly (string, string)[] Preflight =
        [("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "authorization")];

    [Fact]
    public async Task By_default_a_preflight_reaches_the_handler()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Options, "/api/echo/x", null, Preflight);

        Assert.Equal("OPTIONS", (string?)(await answer.SeenAsync())["method"]);
    }

    [Fact]
    public async Task On_flex_without_origins_a_preflight_is_a_bare_204()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync(options => options with { Flex = true });

        using var answer = await host.SendAsync(HttpMethod.Options, "/api/echo/x", null, Preflight);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task With_origins_the_host_answers_the_preflight_and_marks_the_call_once()
    {
        using var app = new EchoApp();
        await using var host = await app.StartAsync(options => options with { CorsAllowedOrigins = ["https://app.example"] });

        using var preflight = await host.SendAsync(HttpMethod.Options, "/api/echo/x", null, Preflight);
        using var call = await host.SendAsync(HttpMethod.Get, "/api/echo/x", null, ("Origin", "https://app.example"));

        Assert.Equal("https://app.example", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("PUT", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Methods")));
        Assert.Equal("https://app.example", Assert.Single(call.Headers.GetValues("Access-Control-Allow-Origin")));
    }
}
