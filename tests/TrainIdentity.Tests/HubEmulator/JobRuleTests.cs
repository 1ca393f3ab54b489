using System.Net;
using System.Text.Json.Nodes;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class JobRuleTests
{
    [Theory]
    [InlineData("dockerImage", null)]
    [InlineData("spaceId", "\"local/space\"")]
    [InlineData("flavor", null)]
    [InlineData("flavor", "\"dgx\"")]
    [InlineData("labels", """{"a b":"c"}""")]
    [InlineData("labels", """{"a":"c@d"}""")]
    [InlineData("labels", """{"a":1}""")]
    [InlineData("environment", """{"A":1}""")]
    [InlineData("timeoutSeconds", "\"1h\"")]
    [InlineData("volumes", """[{"type":"disk","source":"a/b","mountPath":"/a"}]""")]
    public async Task A_bad_specification_starts_nothing(string field, string? value)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        var spec = JobSpecs.New();
        if (value is null) spec.Remove(field);
        else spec[field] = JsonNode.Parse(value);

        using var response = await user.PostAsync("/api/jobs/local", spec);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(hub.Jobs);
    }

    [Theory]
    [InlineData(HubUser.RunnerToken, "local")]
    [InlineData(HubUser.Token, "acme")]
    public async Task Jobs_need_the_right_token_and_namespace(string token, string space)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub, token);

        using var response = await user.PostAsync($"/api/jobs/{space}", JobSpecs.New());

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task An_unknown_job_is_missing_and_hardware_has_prices()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        using var missing = await user.GetAsync("/api/jobs/local/000000000000000000000000");
        var hardware = await user.JsonAsync(user.GetAsync("/api/jobs/hardware"));

        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("a100-large", hardware.AsArray().Select(item => (string)item!["name"]!));
    }
}
