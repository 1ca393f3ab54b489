using System.Collections.Concurrent;
using System.Net.Http.Headers;
using TrainIdentity.LocalHost;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Secrets;

namespace TrainIdentity.Tests.Service;

/// <summary>How the service starts, answers for itself and behaves under the host's habits.</summary>
public sealed class HostingTests(Tables tables) : HostingFacts(tables);

/// <summary>Of the build output, and in Published/ of what is deployed.</summary>
public abstract class HostingFacts(Tables tables)
{
    [Fact]
    public async Task Without_a_token_it_is_alive_not_ready_and_says_what_is_missing()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["HUGGINGFACE_TOKEN"] = null });

        var health = await rig.GetAsync("/api/health", null);
        var ready = await rig.GetAsync("/api/ready", null);
        var upload = await rig.UploadAsync("u", Uploads.Json("Mom", Uploads.Three));

        Assert.Equal((200, 503), (health.Status, ready.Status));
        Assert.Matches("""^\{"status":"ok","version":"[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?"\}$""", health.Text);
        Assert.Equal("missing", (string?)ready.Json["components"]!["secrets"]);
        Assert.Equal((503, "not_configured", "HUGGINGFACE_TOKEN environment variable not set", false), (upload.Status, upload.Code, (string?)upload.Json["error"], (bool)upload.Json["retryable"]!));
    }

    [Theory]
    [InlineData("HUGGINGFACE_TRAINER_TOKEN", "secrets", "HUGGINGFACE_TRAINER_TOKEN environment variable not set")]
    [InlineData("Training__Image", "training", "Training__Image setting not set")]
    public async Task Without_what_a_training_needs_no_photo_is_taken(string setting, string component, string text)
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { [setting] = null });

        var ready = await rig.GetAsync("/api/ready", null);
        var upload = await rig.UploadAsync("u", Uploads.Json("Mom", Uploads.Three));

        Assert.Equal((503, "missing"), (ready.Status, (string?)ready.Json["components"]![component]));
        Assert.Equal((503, "not_configured", text), (upload.Status, upload.Code, (string?)upload.Json["error"]));
    }

    [Fact]
    public async Task Configured_it_is_ready_and_names_components_only()
    {
        await using var rig = await ServiceRig.StartAsync(tables);

        var ready = await rig.GetAsync("/api/ready", null);

        Assert.Equal(200, ready.Status);
        Assert.Equal("""{"status":"ready","components":{"secrets":"ok","storage":"ok","hub":"ok","training":"ok","hub_token":"ok","private_storage":"ok","trainer_token":"ok","base_model":"ok","credit":"ok","hardware":"ok"}}""", ready.Text);
    }

    [Fact]
    public async Task Secrets_come_from_the_vault_when_one_is_named()
    {
        await using var vault = await LoopbackVault.StartAsync();
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?>
        {
            ["KeyVault__Uri"] = vault.Uri.AbsoluteUri,
            ["KeyVault__LocalCertificateSha256"] = vault.CertificateSha256,
            ["HUGGINGFACE_TOKEN"] = null,
            ["HUGGINGFACE_TRAINER_TOKEN"] = null,
            ["HUGGINGFACE_WEBHOOK_SECRET"] = null,
        });
        vault.Secrets["huggingface-token"] = rig.Stack.HubToken;
        vault.Secrets["huggingface-trainer-token"] = rig.Stack.RunnerToken;
        vault.Secrets["huggingface-webhook-secret"] = rig.Stack.WebhookSecret;

        var reply = await rig.UploadAsync("vault", Uploads.Json("Vault", Uploads.Three));
        var hook = await rig.SendAsync(HttpMethod.Post, "/api/training-status", null, Uploads.Text("{}"), ("X-Webhook-Secret", rig.Stack.WebhookSecret));

        Assert.Equal((200, 200), (reply.Status, hook.Status));
        await rig.BecomesAsync((string)reply.Json["identityId"]!, "vault", "ready");
    }

    [Fact]
    public async Task With_the_vault_away_nothing_is_open()
    {
        await using var vault = await LoopbackVault.StartAsync();
        vault.FailWith = 403;
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["KeyVault__Uri"] = vault.Uri.AbsoluteUri, ["KeyVault__LocalCertificateSha256"] = vault.CertificateSha256 });

        var upload = await rig.UploadAsync("vault", Uploads.Json("Vault", Uploads.Three));
        var hook = await rig.SendAsync(HttpMethod.Post, "/api/training-status", null, Uploads.Text("{}"), ("X-Webhook-Secret", rig.Stack.WebhookSecret));

        Assert.Equal((503, "secrets_unavailable", 503), (upload.Status, upload.Code, hook.Status));
    }

    [Fact]
    public async Task The_tables_away_is_said_so_and_no_repo_is_made()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?>
        {
            ["Storage__ConnectionString"] = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;TableEndpoint=http://127.0.0.1:{Ports.Free()}/a;",
        });

        var reply = await rig.UploadAsync("u", Uploads.Json("Mom", Uploads.Three));
        var health = await rig.GetAsync("/api/health", null);

        Assert.Equal((503, "storage_unavailable", 200), (reply.Status, reply.Code, health.Status));
        Assert.Empty(rig.Hub.Repos);
    }

    [Theory]
    [InlineData("Local", "true", "WEBSITE_INSTANCE_ID", "x", "Local=true")]
    [InlineData("Training__Timeout", "00:00:10", "Environment", "local", "Training__Timeout")]
    [InlineData("Auth__Issuers__0__Algorithm", "HS256", "Environment", "local", "ES256 or ES384")]
    [InlineData("Storage__ConnectionString", null, "Environment", "local", "Storage__TableEndpoint")]
    [InlineData("SignIn__Authority", "https://login.example", "Environment", "local", "SignIn__Authority")]
    [InlineData("Hub__Endpoint", "http://hub.example", "Environment", "local", "Hub__Endpoint")]
    public async Task A_setting_that_cannot_work_ends_the_start_with_a_sentence(string name, string? value, string other, string otherValue, string sentence)
    {
        var settings = new Dictionary<string, string?> { [name] = value, [other] = otherValue };
        var lines = new ConcurrentQueue<string>();

        await Assert.ThrowsAsync<LocalHostException>(() => ServiceRig.StartAsync(tables, settings, host: options => options with { CrashLimit = 3, Log = lines.Enqueue }));

        Assert.Contains(lines, line => line.Contains(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_from_outside_reaches_the_timer_and_nothing_direct_that_looks_like_it()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        using var http = new HttpClient();

        foreach (var path in (string[])["/reconcile", "/Reconcile", "/reconcile/", "/api/../reconcile", "/api/identities/../../reconcile", "/%72econcile"])
        {
            var reply = await rig.SendAsync(HttpMethod.Post, path, "u", Uploads.Text("{}"));
            Assert.Equal(404, reply.Status);
        }
        foreach (var header in (string[])["x-ms-invocation-id", "X-Forwarded-Host"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(rig.Stack.Handler, "/reconcile")) { Content = Uploads.Text("{}") };
            request.Headers.Add(header, "x");
            using var reply = await http.SendAsync(request, ServiceRig.Stop);
            Assert.Equal(404, (int)reply.StatusCode);
        }
    }

    [Fact]
    public async Task The_timers_answer_is_what_the_host_can_read()
    {
        await using var rig = await ServiceRig.StartAsync(tables);
        using var http = new HttpClient();

        using var reply = await http.PostAsync(new Uri(rig.Stack.Handler, "/reconcile"), Uploads.Text("{\"Data\":{},\"Metadata\":{}}"), ServiceRig.Stop);

        Assert.Equal("""{"Outputs":{},"Logs":[],"ReturnValue":null}""", await reply.Content.ReadAsStringAsync(ServiceRig.Stop));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_our_limit_is_413_whether_its_length_is_known_or_not(bool known)
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Limits__OneShotBytes"] = "1000000" });
        var content = new StreamContent(new MemoryStream(await Uploads.Json("Mom", Uploads.Three).ReadAsByteArrayAsync(ServiceRig.Stop)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (!known)
        {
            content.Headers.ContentLength = null;
        }

        var reply = known ? await rig.UploadAsync("big", content) : await ChunkedAsync(rig, content);

        Assert.Equal((413, "body_too_large"), (reply.Status, reply.Code));
        Assert.Empty(rig.Hub.Repos);
    }

    [Fact]
    public async Task Over_the_hosts_own_limit_the_answer_is_its_empty_500()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"] = "100000" });

        var reply = await rig.UploadAsync("host", Uploads.Json("Mom", Uploads.Three));

        Assert.Equal((500, ""), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task Without_the_host_it_listens_where_it_is_told_and_ticks_by_itself()
    {
        await using var rig = await ServiceRig.StartAsync(tables, hub: options => options with { Webhook = null });
        var port = Ports.Free();
        await using var plain = await PlainProcess.StartAsync(rig, port);

        using var trigger = await plain.Http.PostAsync(new Uri(plain.Url, "/reconcile"), Uploads.Text("{}"), ServiceRig.Stop);
        using var root = await plain.Http.GetAsync(plain.Url, ServiceRig.Stop);

        Assert.Equal((404, 204), ((int)trigger.StatusCode, (int)root.StatusCode));
    }

    private static async Task<Reply> ChunkedAsync(ServiceRig rig, HttpContent content)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(rig.Stack.Service, "/api/train-identity")) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", rig.Token("big"));
        using var response = await http.SendAsync(request, ServiceRig.Stop);
        return new Reply((int)response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsStringAsync(ServiceRig.Stop));
    }
}
