using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;

namespace TrainIdentity.Tests.HubEmulator;

public sealed class JobStreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_tell_every_stage_and_end_with_the_job()
    {
        await using var hub = await HubUser.StartAsync();
        using var user = new HubUser(hub);
        _ = await user.CreateAsync("mira");
        var id = await StartAsync(user);

        using var response = await user.GetAsync($"/api/jobs/local/{id}/events");
        var stages = (await DataAsync(response)).Select(item => (string)item["stage"]!);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["SCHEDULING", "RUNNING", "COMPLETED"], stages);
    }

    [Fact]
    public async Task Metrics_come_while_the_job_runs_and_are_an_error_afterwards()
    {
        var play = new PrintAndHang();
        await using var hub = await HubUser.StartAsync(options => options with { Play = play.PlayAsync });
        using var user = new HubUser(hub);
        var id = await StartAsync(user);
        await play.Printed;
        hub.Faults.Add(new("jobs.metrics", FaultKind.CloseStream));

        using var response = await user.GetAsync($"/api/jobs/local/{id}/metrics");
        var metrics = await DataAsync(response);
        _ = await user.JsonAsync(user.PostAsync($"/api/jobs/local/{id}/cancel", new JsonObject()));
        using var over = await user.GetAsync($"/api/jobs/local/{id}/metrics");

        Assert.True(Assert.Single(metrics).AsObject().ContainsKey("cpu_usage_pct"));
        Assert.Equal(HttpStatusCode.InternalServerError, over.StatusCode);
    }

    [Fact]
    public async Task A_log_stream_that_closes_early_repeats_its_lines_on_the_next_connection()
    {
        var (clock, play) = (new FakeTimeProvider(), new PrintAndHang());
        await using var hub = await HubUser.StartAsync(options => options with { Clock = clock, Play = play.PlayAsync });
        using var user = new HubUser(hub);
        var id = await StartAsync(user);
        await play.Printed;
        hub.Faults.Add(new("jobs.logs", FaultKind.CloseStream, Times: 2, Milliseconds: 5000));

        using var first = await clock.AdvanceUntilAsync(user.GetAsync($"/api/jobs/local/{id}/logs"));
        using var second = await clock.AdvanceUntilAsync(user.GetAsync($"/api/jobs/local/{id}/logs"));
        var stage = (string)(await user.JsonAsync(user.GetAsync($"/api/jobs/local/{id}")))["status"]!["stage"]!;

        foreach (var response in new[] { first, second })
        {
            var lines = (await DataAsync(response)).Select(item => (string)item["data"]!).ToList();
            Assert.StartsWith("===== Job started at", lines[0], StringComparison.Ordinal);
            Assert.Equal("one line", Assert.Single(lines[1..]));
        }

        Assert.Equal("RUNNING", stage);
    }

    private static async Task<string> StartAsync(HubUser user) =>
        (string)(await user.JsonAsync(user.PostAsync("/api/jobs/local", JobSpecs.New())))["id"]!;

    private static async Task<IReadOnlyList<JsonNode>> DataAsync(HttpResponseMessage response) =>
        [.. (await response.Content.ReadAsStringAsync(Stop)).Split('\n')
            .Where(line => line.StartsWith("data: ", StringComparison.Ordinal))
            .Select(line => JsonNode.Parse(line[6..])!)];

    private sealed class PrintAndHang
    {
        private readonly TaskCompletionSource _printed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Printed => _printed.Task.WaitAsync(Stop);

        public async Task<JobEnd> PlayAsync(JobRun run, CancellationToken stop)
        {
            run.Start();
            run.Print("one line");
            _printed.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return JobEnd.Completed;
        }
    }
}
