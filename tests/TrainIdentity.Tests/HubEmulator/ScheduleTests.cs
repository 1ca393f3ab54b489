using System.Net;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Jobs;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class ScheduleTests
{
    private const string Address = "/api/scheduled-jobs/local";

    [Fact]
    public async Task A_schedule_is_kept_changed_run_once_at_a_time_and_deleted()
    {
        await using var hub = await HubUser.StartAsync(options => options with { Play = JobPlays.Hang });
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        var id = (string)(await user.JsonAsync(user.PostAsync(Address, New())))["id"]!;

        _ = await user.JsonAsync(user.PostAsync($"{Address}/{id}/suspend", new JsonObject()));
        _ = await user.JsonAsync(user.PostAsync($"{Address}/{id}/schedule", new JsonObject { ["schedule"] = "0 9 * * 1" }));
        var run = await user.JsonAsync(user.PostAsync($"{Address}/{id}/run", new JsonObject()));
        using var second = await user.PostAsync($"{Address}/{id}/run", new JsonObject());
        var listed = (await user.JsonAsync(user.GetAsync(Address))).AsArray().Single()!;
        using var deleted = await user.DeleteAsync($"{Address}/{id}");
        using var gone = await user.GetAsync($"{Address}/{id}");

        Assert.Equal((true, "0 9 * * 1"), ((bool)listed["suspend"]!, (string)listed["schedule"]!));
        Assert.Equal("a100-large", (string)listed["jobSpec"]!["flavor"]!);
        Assert.Equal(["HF_TOKEN"], listed["jobSpec"]!["secrets"]!.AsArray().Select(name => (string)name!));
        Assert.Equal((string)run["id"]!, (string)listed["status"]!["lastJob"]!["id"]!);
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.NotFound), (second.StatusCode, deleted.StatusCode, gone.StatusCode));
    }

    [Theory]
    [InlineData("@often")]
    [InlineData("0 9 * *")]
    [InlineData("at nine")]
    public async Task A_schedule_that_is_no_CRON_expression_is_refused(string schedule)
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);

        using var response = await user.PostAsync(Address, New(schedule));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static JsonObject New(string schedule = "@daily") => new() { ["jobSpec"] = JobSpecs.New(), ["schedule"] = schedule };
}
