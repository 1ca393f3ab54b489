using System.Net;
using System.Text;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class AccountTests
{
    [Fact]
    public async Task Whoami_tells_the_user_and_what_the_token_may_do()
    {
        await using var hub = await HubUser.StartAsync(options => options with { User = "mira", Organizations = ["acme"] });
        using var user = new HubUser(hub);

        var me = await user.JsonAsync(user.GetAsync("/api/whoami-v2"));

        Assert.Equal("mira", (string)me["name"]!);
        Assert.Equal("write", (string)me["orgs"]![0]!["roleInOrg"]!);
        var scoped = me["auth"]!["accessToken"]!["fineGrained"]!["scoped"]!.AsArray();
        Assert.Equal(["mira", "acme"], scoped.Select(scope => (string)scope!["entity"]!["name"]!));
        Assert.All(scoped, scope => Assert.Contains("job.write", scope!["permissions"]!.AsArray().Select(name => (string)name!)));
    }

    [Theory]
    [InlineData("/api/whoami-v2")]
    [InlineData("/api/models/local/a")]
    [InlineData("/api/jobs/local")]
    public async Task An_unknown_token_is_told_so_everywhere(string path)
    {
        await using var hub = await HubUser.StartAsync();
        using var stranger = new HubUser(hub, "hf_unknown");

        using var response = await stranger.GetAsync(path);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Invalid credentials in Authorization header", await HubUser.ErrorAsync(response));
        Assert.Equal("Invalid credentials in Authorization header", response.Headers.GetValues("X-Error-Message").Single());
    }

    [Fact]
    public async Task A_revoked_token_is_no_good()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        hub.RevokeToken(HubUser.Token);

        using var response = await user.GetAsync("/api/whoami-v2");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task The_token_also_works_as_the_password_of_basic_authentication()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub, token: null);
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"any:{HubUser.Token}"));

        using var response = await user.GetAsync("/api/whoami-v2", ("Authorization", $"Basic {basic}"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Every_answer_carries_a_request_id_and_the_rate_limit()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        using var response = await user.GetAsync("/api/whoami-v2", ("X-Amzn-Trace-Id", "my-trace"));

        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24};my-trace$", response.Headers.GetValues("X-Request-Id").Single());
        Assert.Matches("^\"api\";r=[0-9]+;t=[0-9]+$", response.Headers.GetValues("RateLimit").Single());
        Assert.Matches("^\"fixed window\";\"api\";q=[0-9]+;w=300$", response.Headers.GetValues("RateLimit-Policy").Single());
    }
}
