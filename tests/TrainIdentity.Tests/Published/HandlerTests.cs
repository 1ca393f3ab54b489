using System.Globalization;
using System.Net;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Published;

/// <summary>Where the deployed program listens, what it answers for itself, and what it makes of the host's headers.</summary>
public sealed class HandlerTests(PublishedTables tables, PublishedApp app) : IClassFixture<PublishedTables>
{
    [Fact]
    public async Task It_listens_on_the_hosts_port_on_loopback_and_nowhere_else_whatever_it_inherits()
    {
        var other = $"http://0.0.0.0:{Ports.Free()}";
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = other, ["DOTNET_URLS"] = other, ["URLS"] = other, ["ASPNETCORE_HTTP_PORTS"] = $"{Ports.Free()}", ["HTTP_PORTS"] = $"{Ports.Free()}",
        });

        Assert.Equal([new IPEndPoint(IPAddress.Loopback, rig.Stack.Handler.Port)], Listening(rig.Stack.FunctionsHost.HandlerProcessId));
    }

    [Fact]
    public async Task It_is_ready_for_the_host_with_nothing_else_in_reach()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?>
        {
            ["Storage__ConnectionString"] = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;TableEndpoint=http://127.0.0.1:{Ports.Free()}/a;",
            ["Hub__Endpoint"] = $"http://127.0.0.1:{Ports.Free()}",
            ["KeyVault__Uri"] = $"https://127.0.0.1:{Ports.Free()}",
        });
        using var http = new HttpClient();

        using var polled = await http.GetAsync(rig.Stack.Handler, ServiceRig.Stop);

        Assert.Equal((HttpStatusCode.NoContent, 1), (polled.StatusCode, rig.Stack.FunctionsHost.Starts));
        Assert.Equal(200, (await rig.GetAsync("/api/health", null)).Status);
    }

    [Fact]
    public async Task A_tick_of_the_timer_is_a_run_the_host_counts_as_done()
    {
        await using var rig = await ServiceRig.StartAsync(tables);

        var run = await rig.Stack.FunctionsHost.FireTimerAsync("reconcile", ServiceRig.Stop);

        Assert.Equal((true, 200, """{"Outputs":{},"Logs":[],"ReturnValue":null}"""), (run.Succeeded, run.Status, run.Body));
    }

    [Fact]
    public async Task Addresses_it_gives_are_the_hosts_public_one_and_forged_headers_change_nothing()
    {
        await using var rig = await ServiceRig.StartAsync(tables);

        var reply = await rig.SendAsync(
            HttpMethod.Post, "/api/identities", "forger", Uploads.Text("""{"identityName":"Forged","consent":true}"""),
            ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Prefix", "/evil"), ("X-Original-Host", "evil.example"), ("x-ms-invocation-id", "mine"));

        Assert.Equal((201, new Uri(rig.Stack.Service, $"/api/identities/{(string?)reply.Json["id"]}").AbsoluteUri), (reply.Status, reply.Header("Location")));
    }

    [Fact]
    public async Task Every_file_of_the_page_and_the_contract_come_as_they_are_in_the_sources()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        var page = Path.Combine(Checkout.Root, "functions", "wwwroot", "app");

        foreach (var file in Directory.EnumerateFiles(page, "*", SearchOption.AllDirectories))
        {
            var reply = await rig.GetAsync($"/app/{Path.GetRelativePath(page, file)}", null);
            Assert.Equal(200, reply.Status);
            Assert.Equal(await File.ReadAllBytesAsync(file, ServiceRig.Stop), reply.Bytes);
        }
        var contract = await rig.GetAsync("/api/openapi.json", null);

        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Checkout.Root, "functions", "openapi", "openapi.json"), ServiceRig.Stop), contract.Bytes);
        Assert.Equal((200, "<!do"), ((await rig.GetAsync("/app/", null)).Status, (await rig.GetAsync("/app/", null)).Text[..4]));
        Assert.Equal(404, (await rig.GetAsync("/app/function.json", null)).Status);
    }

    [Fact]
    public async Task With_a_webhook_and_no_other_look_a_training_comes_to_its_end()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Watch__First"] = "01:00:00", ["Watch__Longest"] = "01:00:00" });

        var reply = await rig.UploadAsync("hooked", Uploads.Multipart("Hooked", Uploads.Three));
        await rig.BecomesAsync((string)reply.Json["identityId"]!, "hooked", "ready");
        var wrong = await rig.SendAsync(HttpMethod.Post, "/api/training-status", null, Uploads.Text("{}"), ("X-Webhook-Secret", "wrong"));
        var broken = await rig.SendAsync(HttpMethod.Post, "/api/training-status", null, Uploads.Text("{"), ("X-Webhook-Secret", rig.Stack.WebhookSecret));
        var large = await rig.SendAsync(HttpMethod.Post, "/api/training-status", null, Uploads.Text($"\"{new string('x', 70_000)}\""), ("X-Webhook-Secret", rig.Stack.WebhookSecret));

        Assert.Equal((401, 400, 413), (wrong.Status, broken.Status, large.Status));
    }

    [Fact]
    public async Task Its_folder_is_mounted_read_only_and_it_writes_nothing_there()
    {
        var folder = await app.FolderAsync();
        var before = Files();
        await using (var rig = await ServiceRig.StartAsync(tables))
        {
            var reply = await rig.UploadAsync("writer", Uploads.Json("Written", Uploads.Three));
            await rig.BecomesAsync((string)reply.Json["identityId"]!, "writer", "ready");
        }

        Assert.Equal(before, Files());

        List<string> Files() => [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
    }

    /// <summary>The addresses at which a process waits for connections, as the kernel tells them.</summary>
    private static List<IPEndPoint> Listening(int process)
    {
        var sockets = Directory.EnumerateFiles($"/proc/{process}/fd").Select(link => new FileInfo(link).LinkTarget ?? "").ToHashSet();
        return [.. from table in (string[])["tcp", "tcp6"]
                   from line in File.ReadLines($"/proc/{process}/net/{table}").Skip(1)
                   let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                   where fields[3] == "0A" && sockets.Contains($"socket:[{fields[9]}]")
                   let address = fields[1].Split(':')
                   select new IPEndPoint(Address(address[0]), int.Parse(address[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

        // Words of four bytes, each the wrong way round.
        static IPAddress Address(string hex) => new([.. Convert.FromHexString(hex).Chunk(4).SelectMany(word => word.Reverse())]);
    }
}
