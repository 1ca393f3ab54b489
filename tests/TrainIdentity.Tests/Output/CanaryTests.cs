using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Tests.LocalHost;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Secrets;

namespace TrainIdentity.Tests.Output;

/// <summary>
/// The whole service through good and bad days, with words that occur nowhere else: afterwards they are looked for in all it
/// printed, answered and left behind.
/// </summary>
public sealed class CanaryTests(Tables tables)
{
    private const string Forged = "canary-forged-secret-99";
    private const string HubWords = "hf_canaryEchoedByTheHub0009";
    private const string Signature = "canarysignature5ad5ad5ad";

    [Fact]
    public async Task Nothing_gets_out_on_a_good_day_nor_on_a_bad_one()
    {
        using var tap = new TelemetryTap();
        await using var collector = await LoopbackCollector.StartAsync();

        // A start refused for lack of credit would end the day for everybody.
        var settings = new Dictionary<string, string?>(tap.Settings.Concat(collector.Settings)) { ["Training__PreflightIgnored"] = "credit" };
        await using var rig = await ServiceRig.StartAsync(tables, settings);
        var run = new CanaryRun(rig);
        var made = await GoodDayAsync(rig, run);
        await RefusedAsync(run);
        await HubTroubleAsync(rig, run);
        await HooksAsync(run, made);
        await DraftAsync(run);
        var repos = Stored(rig);
        await run.SendAsync(HttpMethod.Delete, $"/api/identities/{(string)made["identityId"]!}");
        await rig.GoneAsync((string)made["repoId"]!);
        await run.SendAsync(HttpMethod.Get, "/api/me");
        await run.SendAsync(HttpMethod.Delete, "/api/me");

        await AssertPrintedAsync(rig, run, "is now Failed");
        AssertTold(tap, run, "trainidentity.moves", "trainidentity.webhooks", "trainidentity.refusals", "http.client.request.duration");
        await AssertExportedAsync(collector, run, "POST /api/train-identity", "POST /api/training-status", "drive", "look");
        AssertAnswered(run);
        AssertStored(repos);
    }

    [Fact]
    public async Task Nothing_gets_out_when_storage_repeats_all_it_was_told()
    {
        await using var echo = await EchoingTables.StartAsync();
        using var tap = new TelemetryTap();
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?>(tap.Settings) { ["Storage__ConnectionString"] = echo.ConnectionString });
        var run = new CanaryRun(rig);

        var upload = await run.UploadAsync(CanaryRun.Upload());
        var list = await run.SendAsync(HttpMethod.Get, "/api/identities");
        await run.SendAsync(HttpMethod.Get, "/api/me");
        await run.SendAsync(HttpMethod.Delete, "/api/me");
        await run.HookAsync("local/identity-x-1", Canaries.WebhookSecret);

        Assert.Equal((503, 503), (upload.Status, list.Status));
        Assert.Contains(echo.Asked, asked => asked.Contains($"u_{CanaryRun.User}", StringComparison.Ordinal) && asked.Contains("SharedKey", StringComparison.Ordinal));
        await AssertPrintedAsync(rig, run, "NotImplemented");
        AssertTold(tap, run, "http.server.request.duration");
        AssertAnswered(run);
    }

    [Fact]
    public async Task Nothing_gets_out_when_the_vault_fails()
    {
        await using var vault = await LoopbackVault.StartAsync();
        vault.Secrets["huggingface-token"] = Canaries.HubToken;
        vault.FailWith = 403;
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["KeyVault__Uri"] = vault.Uri.AbsoluteUri, ["KeyVault__LocalCertificateSha256"] = vault.CertificateSha256 });
        var run = new CanaryRun(rig);

        await run.UploadAsync(CanaryRun.Upload());
        await run.HookAsync("local/identity-x-1", Canaries.WebhookSecret);
        await rig.GetAsync("/api/ready", null);

        await AssertPrintedAsync(rig, run, "The secret store could not be read");
        AssertAnswered(run);
    }

    [Fact]
    public async Task A_secret_in_a_setting_is_not_repeated_in_the_complaint_about_it()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        var operators = new Service.OperatorRun(rig).With("Auth__Issuers__0__Issuer", "eyJhbGciOiJIUzI1NiJ9.eyJ4IjoxfQ.c2lnbmF0dXJl").With("Auth__Issuers__0__Audience", "a");

        var (exit, output) = await operators.RunAsync("status");

        Assert.Equal(1, exit);
        Assert.Contains("Auth issuer '***'", output, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> GoodDayAsync(ServiceRig rig, CanaryRun run)
    {
        var made = (await run.UploadAsync(CanaryRun.Upload())).Json;
        var id = (string)made["identityId"]!;
        await rig.BecomesAsync(id, CanaryRun.User, "ready");
        await run.SendAsync(HttpMethod.Get, "/api/identities");
        await run.SendAsync(HttpMethod.Get, $"/api/identities/{id}");
        await run.SendAsync(HttpMethod.Post, $"/api/identities/{id}/retry");
        await run.SendAsync(HttpMethod.Get, "/api/me");
        await run.SendAsync(HttpMethod.Get, $"/api/identities?access_token={run.Token}");
        rig.Hub.Play = JobPlays.FailWithResult("out_of_memory", $"{CanaryRun.Name} {HubWords}");
        var failed = (await run.UploadAsync(CanaryRun.Upload(from: 50))).Json;
        await rig.BecomesAsync((string)failed["identityId"]!, CanaryRun.User, "failed");
        await run.SendAsync(HttpMethod.Get, $"/api/identities/{(string)failed["identityId"]!}");
        return made;
    }

    private static async Task RefusedAsync(CanaryRun run)
    {
        Assert.Equal(422, (await run.UploadAsync(CanaryRun.Upload($"{CanaryRun.Name}\u0000"))).Status);
        Assert.Equal(422, (await run.UploadAsync(Uploads.Json(CanaryRun.Name, Enumerable.Repeat(Convert.ToBase64String(Encoding.UTF8.GetBytes(CanaryRun.PhotoBytes)), 3)))).Status);
        Assert.Equal(403, (await run.UploadAsync(Uploads.Json(CanaryRun.Name, Enumerable.Repeat("QUJD", 3), userId: "canary-other-uid-55"))).Status);
        Assert.Equal(400, (await run.UploadAsync(Uploads.Text($$"""{"identityName":"{{CanaryRun.Name}}","imageFiles":[{"name":"{{CanaryRun.Name}}.jpg","data":"""))).Status);
        await run.SendAsync(HttpMethod.Get, $"/api/identities/{CanaryRun.User}");
    }

    private static async Task HubTroubleAsync(ServiceRig rig, CanaryRun run)
    {
        rig.Hub.Play = JobPlays.Hang;
        var said = $$"""{"error":"{{HubWords}} {{Canaries.HubToken}} {{run.Token}} {{CanaryRun.Name}} https://bucket.example/x?X-Amz-Signature={{Signature}}"}""";
        var number = 10;
        foreach (var (route, status) in new[] { ("create", 403), ("create", 400), ("batch", 403), ("batch", 422), ("put", 403), ("put", 400), ("preupload", 400), ("commit", 400), ("jobs.start", 400), ("jobs.start", 402), ("info", 403) })
        {
            rig.Hub.Faults.Add(new Fault(route, FaultKind.Status, Times: 8, Status: status, Body: said));
            await run.UploadAsync(CanaryRun.Upload(from: number += 3));
            rig.Hub.Faults.Clear();
        }
        rig.Hub.Faults.Add(new Fault("put", FaultKind.ExpireUrls, Times: 2));
        await run.UploadAsync(CanaryRun.Upload(from: number + 3));
        await rig.TickAsync();
    }

    private static async Task DraftAsync(CanaryRun run)
    {
        var opened = await run.SendAsync(HttpMethod.Post, "/api/identities", Uploads.Text($$"""{"identityName":"{{CanaryRun.Name}}","consent":true}"""));
        var draft = $"/api/identities/{(string)opened.Json["id"]!}";
        for (var n = 1; n <= 3; n++)
        {
            Assert.Equal(200, (await run.SendAsync(HttpMethod.Put, $"{draft}/photos/{n}", new ByteArrayContent(CanaryRun.Photo(100 + n)))).Status);
        }
        Assert.Equal(202, (await run.SendAsync(HttpMethod.Post, $"{draft}/train")).Status);
        Assert.Equal(202, (await run.SendAsync(HttpMethod.Post, $"{draft}/cancel")).Status);
        await run.SendAsync(HttpMethod.Post, $"{draft}/retry");
        await run.SendAsync(HttpMethod.Delete, draft);
    }

    private static async Task HooksAsync(CanaryRun run, JsonNode made)
    {
        Assert.Equal(200, (await run.HookAsync((string)made["repoId"]!, Canaries.WebhookSecret)).Status);
        Assert.Equal(401, (await run.HookAsync((string)made["repoId"]!, Forged)).Status);
        Assert.Equal(401, (await run.SendAsync(HttpMethod.Post, $"/api/training-status?secret={Canaries.WebhookSecret}", Uploads.Text("{}"))).Status);
    }

    /// <summary>All that the Hub holds, as text byte by byte, with what its jobs were told.</summary>
    private static Dictionary<string, string> Stored(ServiceRig rig)
    {
        var all = new Dictionary<string, string> { ["jobs"] = JsonSerializer.Serialize(rig.Hub.Jobs) };
        foreach (var repo in rig.Hub.Repos)
        {
            foreach (var path in rig.Hub.Files(repo)!.Keys)
            {
                all[$"{repo} {path}"] = Encoding.Latin1.GetString(rig.Hub.ReadFile(repo, path)!);
            }
        }
        return all;
    }

    /// <param name="known">Something that must have been printed; a log comes a moment late.</param>
    private static async Task AssertPrintedAsync(ServiceRig rig, CanaryRun run, string known)
    {
        while (!rig.Stack.FunctionsHost.HandlerLines.Any(line => line.Contains(known, StringComparison.Ordinal)))
        {
            await Task.Delay(20, ServiceRig.Stop);
        }
        var printed = rig.Stack.FunctionsHost.HandlerLines;
        foreach (var (what, canary) in All(run))
        {
            CanaryRun.AssertAbsent(what, canary, printed);
        }
    }

    /// <param name="known">What a collector must have been told.</param>
    private static void AssertTold(TelemetryTap tap, CanaryRun run, params string[] known)
    {
        var told = tap.Lines;
        tap.AssertWorks();
        Assert.All([.. known, "Microsoft.AspNetCore.Hosting.HttpRequestIn"], name => Assert.Contains(told, line => line.Contains(name, StringComparison.Ordinal)));
        foreach (var (what, canary) in All(run).Append(("A partition", "PartitionKey")).Append(("The caller's token", "access_token=")))
        {
            CanaryRun.AssertAbsent(what, canary, told);
        }
    }

    /// <summary>Of what left for a collector: nothing of anybody, and no address with a query.</summary>
    /// <param name="known">Spans that must have come; a collector is told a moment late.</param>
    private static async Task AssertExportedAsync(LoopbackCollector collector, CanaryRun run, params string[] known)
    {
        await Eventually.IsTrueAsync(() =>
            known.All(name => collector.Spans.Any(span => span.Name == name)) && collector.HasMetric("trainidentity.hub.duration") && collector.HasMetric("http.server.request.duration"));
        var texts = collector.Texts;
        foreach (var (what, canary) in All(run).Append(("A partition", "PartitionKey")).Append(("A query", "access_token")).Append(("A path", "url.path")).Append(("A repo", "identity-xylocanarius")))
        {
            CanaryRun.AssertAbsent(what, canary, texts);
        }
    }

    private static void AssertAnswered(CanaryRun run)
    {
        foreach (var (what, canary) in Secrets(run))
        {
            CanaryRun.AssertAbsent(what, canary, run.Answered());
        }

        // The owner reads the name in the view; a problem repeats nothing of what was sent.
        var problems = run.Answered(reply => reply.Status >= 400).ToList();
        Assert.NotEmpty(problems);
        CanaryRun.AssertAbsent("The name", "Xylocanarius", problems);
        CanaryRun.AssertAbsent("The user", CanaryRun.User, problems);
    }

    private static void AssertStored(Dictionary<string, string> stored)
    {
        var pixels = stored.Where(file => file.Key.Contains(" images/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(pixels);
        Assert.All(pixels, file => Assert.Contains(CanaryRun.PhotoBytes, file.Value, StringComparison.Ordinal));
        CanaryRun.AssertAbsent("Photo bytes", CanaryRun.PhotoBytes, stored.Except(pixels).Select(file => file.Value));
        CanaryRun.AssertAbsent("A place", CanaryRun.Gps, stored.Values);
        foreach (var secret in (string[])[Canaries.HubToken, Canaries.TrainerToken, Canaries.WebhookSecret, Canaries.KeySalt, "X-Amz-Signature"])
        {
            CanaryRun.AssertAbsent("A secret", secret, stored.Values);
        }

        // The user stands in training_config.json, as the original had it, and nowhere else; a job knows neither user nor name.
        CanaryRun.AssertAbsent("The user", CanaryRun.User, stored.Where(file => !file.Key.EndsWith(" training_config.json", StringComparison.Ordinal)).Select(file => file.Value));
        Assert.DoesNotContain("Xylocanarius Quendolin", stored["jobs"], StringComparison.Ordinal);
    }

    private static IEnumerable<(string What, string Canary)> All(CanaryRun run) =>
    [
        .. Secrets(run), ("The name", "Xylocanarius"), ("The name", "Quendolin"), ("The user", CanaryRun.User), ("A forged secret", Forged), ("The user of a body", "canary-other-uid-55"),
    ];

    private static IEnumerable<(string What, string Canary)> Secrets(CanaryRun run) =>
    [
        ("The Hub's token", Canaries.HubToken), ("The trainer's token", Canaries.TrainerToken), ("The webhook's secret", Canaries.WebhookSecret), ("The salt", Canaries.KeySalt),
        ("The caller's token", run.Token.Split('.')[2]), ("The caller's token", run.Token.Split('.')[1]), ("Photo bytes", CanaryRun.PhotoBytes), ("A place", CanaryRun.Gps),
        ("The Hub's words", HubWords), ("A signature", Signature), ("A signed address", "X-Amz-"),
    ];
}
