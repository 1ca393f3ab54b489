using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.Auth;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>Requests that are refused leave nothing behind, and say why in the original's words and ours.</summary>
public sealed class RefusalTests(DefaultService service) : IClassFixture<DefaultService>
{
    private readonly ServiceRig _rig = service.Rig;

    [Theory]
    [InlineData(null, 3, 422, "name_required", "Identity name is required")]
    [InlineData("  ", 3, 422, "name_required", "Identity name is required")]
    [InlineData("Mom", 0, 422, "too_few_images", "At least 3 images are required for training")]
    [InlineData("Mom", 2, 422, "too_few_images", "At least 3 images are required for training")]
    [InlineData("Mom", 41, 422, "too_many_images", "Maximum 40 images allowed")]
    [InlineData("a\nb", 3, 422, "name_invalid", null)]
    public async Task The_originals_rules_hold_in_both_forms(string? name, int count, int status, string code, string? text)
    {
        string[] samples = [.. Enumerable.Range(0, count).Select(n => Uploads.Three[n % 3])];

        foreach (var content in new[] { Uploads.Json(name, samples), Uploads.Multipart(name, samples) })
        {
            var reply = await _rig.UploadAsync("refused", content);

            Assert.Equal((status, code), (reply.Status, reply.Code));
            Assert.Equal((false, false, "application/problem+json"), ((bool)reply.Json["success"]!, (bool)reply.Json["retryable"]!, reply.ContentHeaders.ContentType?.MediaType));
            Assert.Equal((string?)reply.Json["detail"], (string?)reply.Json["error"]);
            if (text is not null)
            {
                Assert.Equal(text, (string?)reply.Json["error"]);
            }
        }
        NothingHappened();
    }

    [Fact]
    public async Task One_photo_three_times_is_not_three_photos()
    {
        var reply = await _rig.UploadAsync("same", Uploads.Json("Mom", "meadow.png", "meadow.png", "meadow.png"));

        Assert.Equal((422, "not_enough_distinct_images"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Bad_photos_are_all_named_and_the_good_ones_leave_nothing_behind()
    {
        string[] data = [Convert.ToBase64String(Uploads.Sample("meadow.png")), "not base64 !", Convert.ToBase64String("<html>"u8), "", Convert.ToBase64String(Uploads.Sample("meadow.png").AsSpan(0, 5000))];

        var reply = await _rig.UploadAsync("bad", Uploads.Json("Mom", data.AsEnumerable()));

        Assert.Equal((422, "base64_invalid"), (reply.Status, reply.Code));
        Assert.Equal(
            ["base64_invalid", "image_type_not_allowed", "image_empty", "image_corrupt"],
            reply.Json["errors"]!.AsArray().Select(error => (string?)error!["code"]));
        NothingHappened();
    }

    [Fact]
    public async Task A_photo_over_20_MiB_is_too_large()
    {
        var large = new byte[20_971_521];
        Uploads.Sample("iphone6-gps.jpg").CopyTo(large, 0);
        using var form = Uploads.Multipart("Mom", Uploads.Three);
        form.Add(new ByteArrayContent(large), "images", "x");

        var reply = await _rig.UploadAsync("large", form);

        Assert.Equal((413, "image_too_large", "/imageFiles/3"), (reply.Status, reply.Code, (string?)reply.Json["errors"]![0]!["pointer"]));
    }

    public static TheoryData<string, string?, int, string> Bodies => new()
    {
        { "", "application/json", 400, "request_malformed" },
        { "{", "application/json", 400, "request_malformed" },
        { "{}", null, 415, "media_type_not_supported" },
        { "{}", "text/plain", 415, "media_type_not_supported" },
        { """{"identityName":"a","private":false}""", "application/json", 400, "unknown_field" },
        { """{"identityName":"a","hfModelId":"other/repo"}""", "application/json", 400, "unknown_field" },
        { "x", "multipart/form-data", 400, "request_malformed" },
        { "x", "multipart/form-data; boundary=" + new string('b', 71), 400, "request_malformed" },
        { "--b\r\nContent-Disposition: form-data; name=\"identityName\"\r\n\r\nMom\r\n--b", "multipart/form-data; boundary=b", 400, "request_malformed" },
        { "--b\r\nContent-Disposition: form-data; name=\"steps\"\r\n\r\n1e9\r\n--b--\r\n", "multipart/form-data; boundary=b", 400, "unknown_field" },
        { "--b\r\nContent-Disposition: form-data; name=\"userId\"\r\n\r\na\r\n--b\r\nContent-Disposition: form-data; name=\"userId\"\r\n\r\nb\r\n--b--\r\n", "multipart/form-data; boundary=b", 400, "request_malformed" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_outside_the_contract_is_refused(string body, string? type, int status, string code)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.Remove("Content-Type");
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        var reply = await _rig.UploadAsync("bodies", content);

        Assert.Equal((status, code), (reply.Status, reply.Code));
        NothingHappened();
    }

    [Fact]
    public async Task A_compressed_body_is_not_taken()
    {
        var content = Uploads.Text("{}");
        content.Headers.ContentEncoding.Add("gzip");

        var reply = await _rig.UploadAsync("gzip", content);

        Assert.Equal((415, "media_type_not_supported"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task The_user_is_the_tokens_and_nobody_elses()
    {
        var data = Uploads.Three.Select(name => Convert.ToBase64String(Uploads.Sample(name))).ToList();

        var other = await _rig.UploadAsync("me", Uploads.Json("Mom", data, userId: "you"));
        var upper = await _rig.UploadAsync("me", Uploads.Json("Mom", data, userId: "ME"));

        Assert.Equal((403, "user_mismatch", 403, "user_mismatch"), (other.Status, other.Code, upper.Status, upper.Code));
        NothingHappened();
    }

    [Fact]
    public async Task S7_a_foreign_user_in_a_body_stands_in_the_log_as_a_security_event_that_names_nobody()
    {
        const string User = "someone-of-the-log-61";
        var mark = Caller.From("any", User, primary: true).Mark;

        await _rig.UploadAsync(User, Uploads.Json("Mom", Uploads.Three.Select(name => Convert.ToBase64String(Uploads.Sample(name))), userId: "another-of-the-log-62"));

        while (!_rig.Stack.FunctionsHost.HandlerLines.Any(line => line.Contains(mark, StringComparison.Ordinal)))
        {
            await Task.Delay(20, ServiceRig.Stop);
        }
        var told = _rig.Stack.FunctionsHost.HandlerLines;
        Assert.Matches(@"^warn: .*UploadRequest\[1\] Security: caller [0-9a-f]{16} ", Assert.Single(told, line => line.Contains(mark, StringComparison.Ordinal)));
        Assert.DoesNotContain(told, line => line.Contains("of-the-log", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("POST", "/api/train-identity")]
    [InlineData("POST", "/functions/v1/train-identity")]
    [InlineData("GET", "/api/identities")]
    [InlineData("GET", "/api/identities/0198c0de-0000-7000-8000-000000000001")]
    [InlineData("PATCH", "/api/identities/0198c0de-0000-7000-8000-000000000001")]
    [InlineData("DELETE", "/api/identities/0198c0de-0000-7000-8000-000000000001")]
    [InlineData("GET", "/api/identities/0198c0de-0000-7000-8000-000000000001/photos")]
    [InlineData("GET", "/api/identities/0198c0de-0000-7000-8000-000000000001/thumbnail")]
    [InlineData("PUT", "/api/identities/0198c0de-0000-7000-8000-000000000001/thumbnail")]
    public async Task Without_a_token_nothing_is_done(string method, string path)
    {
        var reply = await _rig.SendAsync(new HttpMethod(method), path, user: null, headers: [("X-MS-CLIENT-PRINCIPAL-ID", "victim"), ("apikey", "anon")]);
        var query = await _rig.SendAsync(new HttpMethod(method), path + "?access_token=" + _rig.Token("victim"), user: null);

        Assert.Equal((401, "token_missing", 401), (reply.Status, reply.Code, query.Status));
        Assert.Equal("Bearer", reply.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_genuine_token_of_nobody_is_403()
    {
        var token = _rig.Token("x", new JsonObject { ["role"] = "anon" });

        var reply = await _rig.SendAsync(HttpMethod.Get, "/api/identities", user: null, headers: [("Authorization", "Bearer " + token)]);

        Assert.Equal((403, "role_not_allowed"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    public async Task An_idempotency_key_is_visible_ASCII(string key)
    {
        var reply = await _rig.UploadAsync("key", Uploads.Json("Mom", Uploads.Three), ("Idempotency-Key", key));
        var tooLong = await _rig.UploadAsync("key", Uploads.Json("Mom", Uploads.Three), ("Idempotency-Key", new string('k', 256)));

        Assert.Equal((400, "idempotency_key_invalid", 400), (reply.Status, reply.Code, tooLong.Status));
        NothingHappened();
    }

    [Theory]
    [InlineData("GET", "/api/train-identity", "POST")]
    [InlineData("PUT", "/api/training-status", "POST")]
    [InlineData("POST", "/api/health", "GET, HEAD")]
    [InlineData("PATCH", "/api/identities", "GET, HEAD, POST")]
    public async Task A_wrong_method_is_told_the_right_ones(string method, string path, string allowed)
    {
        var reply = await _rig.SendAsync(new HttpMethod(method), path, "m");

        Assert.Equal((405, "method_not_allowed", allowed), (reply.Status, reply.Code, reply.Header("Allow")));
    }

    [Fact]
    public async Task Unknown_addresses_under_a_resource_are_problems_too()
    {
        var reply = await _rig.GetAsync("/api/identities/x/y/z", "m");

        Assert.Equal((404, "not_found"), (reply.Status, reply.Code));
        Assert.Equal(("no-store", "nosniff"), (reply.Header("Cache-Control"), reply.Header("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Preflights_name_exactly_the_origins_that_are_listed()
    {
        var ours = _rig.Stack.Service.GetLeftPart(UriPartial.Authority);
        (string, string)[] asks = [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization, x-client-info, apikey, content-type, idempotency-key")];

        var good = await _rig.SendAsync(HttpMethod.Options, "/functions/v1/train-identity", null, null, [("Origin", ours), .. asks]);
        var evil = await _rig.SendAsync(HttpMethod.Options, "/api/train-identity", null, null, [("Origin", ours + ".evil.example"), .. asks]);
        var simple = await _rig.GetAsync("/api/identities", "cors", ("Origin", ours));

        Assert.Equal((204, ours), (good.Status, good.Header("Access-Control-Allow-Origin")));
        Assert.Contains("idempotency-key", good.Header("Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Contains("Origin", good.Header("Vary"), StringComparison.Ordinal);
        Assert.Equal((204, null), (evil.Status, evil.Header("Access-Control-Allow-Origin")));
        Assert.Equal((ours, null), (simple.Header("Access-Control-Allow-Origin"), simple.Header("Access-Control-Allow-Credentials")));
    }

    [Fact]
    public async Task A_caller_that_breaks_off_leaves_nothing_behind()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_rig.Stack.Service, "/api/train-identity"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _rig.Token("gone"));
        var whole = await Uploads.Json("Mom", Uploads.Three).ReadAsByteArrayAsync(ServiceRig.Stop);
        request.Content = new StreamContent(new BrokenStream(whole.AsMemory(0, whole.Length / 2)));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.SendAsync(request, ServiceRig.Stop));

        NothingHappened();
        Assert.Empty((await _rig.GetAsync("/api/identities", "gone")).Json["identities"]!.AsArray());
    }

    // No test of this class is let through, so the Hub must have heard of none.
    private void NothingHappened() =>
        Assert.DoesNotContain(_rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.RepoCreated);

    /// <summary>Gives its bytes and then fails, as a connection does.</summary>
    private sealed class BrokenStream(ReadOnlyMemory<byte> bytes) : MemoryStream(bytes.ToArray())
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("broken off");
    }
}
