using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Tests.HubEmulator;

namespace TrainIdentity.Tests.OfficialHub;

public sealed class OfficialJobTests
{
    [Fact]
    public async Task The_official_client_runs_watches_cancels_and_schedules_jobs()
    {
        await using var hub = await HubUser.StartAsync(options => options with
        {
            Play = (run, stop) => run.Environment.ContainsKey("HANG") ? JobPlays.Hang(run, stop) : JobPlays.CompleteWithoutResult(run, stop),
        });

        var said = await OfficialClient.RunAsync(hub, "jobs.mjs");

        Assert.Equal(("minute", "gpu"), ((string)said["hardware"]!["unitLabel"]!, (string)said["hardware"]!["accelerator"]!["type"]!));
        Assert.Equal("""{"stage":"SCHEDULING","secrets":["TOKEN"],"labels":{"app":"test"}}""", said["started"]!.ToJsonString());
        var logs = said["logs"]!.AsArray();
        Assert.StartsWith("===== Job started at", (string)logs[0]!["message"]!, StringComparison.Ordinal);
        Assert.All(logs, line => Assert.True((bool)line!["dated"]!));
        Assert.Equal(["SCHEDULING", "RUNNING", "COMPLETED"], said.Get<string[]>("events"));
        Assert.Equal("COMPLETED", (string)said["ended"]!);
        Assert.Equal(500, said.Get<OfficialRefusal>("metricsOver").Status);
        Assert.True(said["metrics"]!.AsObject().ContainsKey("memory_used_bytes"));
        Assert.Equal("CANCELED", (string)said["canceled"]!);
        Assert.Equal([true, true, true], said.Get<bool[]>("listed"));
        AssertScheduled(said);
        Assert.Equal(404, said.Get<OfficialRefusal>("unknown").Status);
    }

    private static void AssertScheduled(OfficialClient said)
    {
        Assert.Equal("""[{"schedule":"@daily","suspended":true,"now":false,"flavor":"cpu-basic"}]""", said["schedules"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"first":"job","second":null}"""), said["runs"]));
        Assert.Equal(404, said.Get<OfficialRefusal>("scheduleGone").Status);
    }
}
