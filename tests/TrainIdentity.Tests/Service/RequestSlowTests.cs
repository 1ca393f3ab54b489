using System.Net.Sockets;
using System.Text;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>Callers who take their time, and those beside them who do not.</summary>
public sealed class RequestSlowTests(Tables tables)
{
    private const int SlowBodies = 200;
    private const int SlowHeads = 20;
    private const int Honest = 20;

    private static readonly byte[] Blank = [(byte)' '];

    [Fact]
    public async Task Slow_callers_are_all_closed_and_honest_ones_all_served()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Limits__BodyGrace"] = "00:00:02", ["Limits__HeadersWithin"] = "00:00:03" });
        var head = OpenUpload.Head(rig.Stack.Handler, rig.Token("slow"), 100_000, ask: false);

        var slow = Enumerable.Range(0, SlowBodies).Select(_ => DribbleAsync(rig.Stack.Handler, head))
            .Concat(Enumerable.Range(0, SlowHeads).Select(_ => DribbleAsync(rig.Stack.Handler, head[..^2]))).ToList();
        var honest = Enumerable.Range(0, Honest).Select(n => rig.UploadAsync($"honest-{n}", Uploads.Text(TinyPhotos.Json("Mom")))).ToList();

        Assert.All(await Task.WhenAll(honest), reply => Assert.Equal(200, reply.Status));
        var closed = await Task.WhenAll(slow);
        Assert.All(closed[..SlowBodies], last => Assert.Contains("408", last, StringComparison.Ordinal));
        Assert.All(closed[..SlowBodies], last => Assert.Contains("\"code\":\"request_timeout\"", last, StringComparison.Ordinal));
        Assert.Equal(Honest, rig.Hub.Repos.Count);
    }

    [Fact]
    public async Task A_body_that_takes_longer_than_a_request_may_is_ended_however_fast_it_comes()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Limits__BodyGrace"] = "00:05:00", ["Intake__SoftDeadline"] = "00:00:02" });

        var last = await DribbleAsync(rig.Stack.Handler, OpenUpload.Head(rig.Stack.Handler, rig.Token("slow"), 100_000, ask: false));

        Assert.Contains("\"code\":\"request_timeout\"", last, StringComparison.Ordinal);
        Assert.Empty(rig.Hub.Repos);
    }

    /// <summary>Sends the head and then a blank now and then; returns what was heard before the connection was closed.</summary>
    private static async Task<string> DribbleAsync(Uri to, byte[] head)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(to.Host, to.Port, ServiceRig.Stop);
        var stream = socket.GetStream();
        var hearing = HearAsync(stream);
        try
        {
            await stream.WriteAsync(head, ServiceRig.Stop);
            while (await Task.WhenAny(hearing, Task.Delay(200, ServiceRig.Stop)) != hearing)
            {
                await stream.WriteAsync(Blank, ServiceRig.Stop);
            }
        }
        catch (IOException)
        {
            // Closed while we wrote.
        }
        return await hearing;
    }

    private static async Task<string> HearAsync(NetworkStream stream)
    {
        var (heard, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            while (await stream.ReadAsync(buffer, ServiceRig.Stop) is > 0 and var read)
            {
                heard.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // Closed, and not gently.
        }
        return heard.ToString();
    }
}
