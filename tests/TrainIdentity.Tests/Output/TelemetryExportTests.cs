using System.Net;
using System.Net.Sockets;
using TrainIdentity.Functions;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Output;

/// <summary>What leaves by OTLP, and what happens when nobody is there to take it.</summary>
public sealed class TelemetryExportTests(Tables tables)
{
    private const string Client = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task From_the_request_over_job_and_webhook_to_ready_is_one_trace()
    {
        await using var collector = await LoopbackCollector.StartAsync();
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?>(collector.Settings) { ["Watch__First"] = "01:00:00", ["Watch__Longest"] = "01:00:00", ["Watch__NewsEvery"] = "00:00:00.001" });

        var made = await rig.UploadAsync("traced", Uploads.Json("Mom", Uploads.Three), ("traceparent", $"00-{Client}-b7ad6b7169203331-01"), ("tracestate", "x=canary-tracestate"));
        await rig.BecomesAsync((string)made.Json["identityId"]!, "traced", "ready");

        await FindAsync(collector, span => span.Trace == Client && span.Name is "POST /api/train-identity");
        await FindAsync(collector, span => span.Trace == Client && span.Name is "look" && span.Tags.GetValueOrDefault("identity.state") is "Ready");
        var webhook = await FindAsync(collector, span => span.Name is "POST /api/training-status" && collector.Spans.Any(look => look.Trace == Client && look.Name is "look" && look.Links.Contains(span.Trace)));
        var drive = await FindAsync(collector, span => span.Trace == Client && span.Name is "drive" && span.Tags.GetValueOrDefault("identity.state") is "Training");
        var launch = await FindAsync(collector, span => span.Trace == Client && span.Name is "hub" && span.Tags.GetValueOrDefault("hub.call") is "jobs.start");

        Assert.Equal(drive.Id, launch.Parent);
        Assert.NotEqual(Client, webhook.Trace);
        Assert.Matches($"^00-{Client}-[0-9a-f]{{16}}-01$", rig.Hub.Jobs.Single().Environment["TRACEPARENT"]);
        Assert.DoesNotContain(collector.Texts, text => text.Contains("canary-tracestate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_leaves_says_which_release_it_comes_from()
    {
        await using var collector = await LoopbackCollector.StartAsync();
        await using var rig = await ServiceRig.StartAsync(tables, collector.Settings);

        while (collector.Texts.Count is 0)
        {
            await Task.Delay(50, ServiceRig.Stop);
        }

        Assert.All(collector.Texts, text => Assert.Matches($"service\\.version\\W+{System.Text.RegularExpressions.Regex.Escape(ServiceVersion.Text)}", text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_collector_that_is_away_or_never_answers_costs_no_request(bool listens)
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)deaf.LocalEndpoint).Port}";
        if (!listens)
        {
            deaf.Stop();
        }
        await using var rig = await ServiceRig.StartAsync(tables, LoopbackCollector.SettingsOf(address));

        for (var n = 0; n < 3; n++)
        {
            var made = await rig.UploadAsync($"deaf{n}", Uploads.Json("Mom", Uploads.Three));
            Assert.Equal(200, made.Status);
            await rig.BecomesAsync((string)made.Json["identityId"]!, $"deaf{n}", "ready");
        }
        Assert.Equal(200, (await rig.GetAsync("/api/ready", null)).Status);
    }

    [Fact]
    public async Task Without_a_collector_its_libraries_are_not_even_loaded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows what a process has mapped.");
        await using var rig = await ServiceRig.StartAsync(tables);
        await using var off = await PlainProcess.StartAsync(rig, Ports.Free());
        await using var on = await PlainProcess.StartAsync(rig, Ports.Free(), LoopbackCollector.SettingsOf($"http://127.0.0.1:{Ports.Free()}"));

        Assert.DoesNotContain("OpenTelemetry", await File.ReadAllTextAsync($"/proc/{off.Id}/maps", ServiceRig.Stop), StringComparison.Ordinal);
        Assert.Contains("OpenTelemetry", await File.ReadAllTextAsync($"/proc/{on.Id}/maps", ServiceRig.Stop), StringComparison.Ordinal);
    }

    /// <summary>Spans come a moment late.</summary>
    private static async Task<OtlpSpan> FindAsync(LoopbackCollector collector, Func<OtlpSpan, bool> wanted)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (collector.Spans.FirstOrDefault(wanted) is { } found)
            {
                return found;
            }
            await Task.Delay(100, ServiceRig.Stop);
        }
        throw new InvalidOperationException($"Not told within a minute; what was: {string.Join("; ", collector.Spans.Select(span => $"{span.Trace[..4]} {span.Name} {string.Join(',', span.Tags.Values)}"))}");
    }
}
