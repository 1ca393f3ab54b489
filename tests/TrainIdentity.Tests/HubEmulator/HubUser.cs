using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator;

namespace TrainIdentity.Tests.HubEmulator;

/// <summary>Speaks to an emulated Hub with one token, step by step, and follows nothing by itself.</summary>
internal sealed class HubUser(EmulatedHub hub, string? token = HubUser.Token) : IDisposable
{
    public const string Token = "hf_local";
    public const string RunnerToken = "hf_runner";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = hub.Url };
    private readonly HttpClient _storage = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Task<EmulatedHub> StartAsync(Func<HubEmulatorOptions, HubEmulatorOptions>? with = null)
    {
        var options = new HubEmulatorOptions { Token = Token, RunnerToken = RunnerToken, JobDuration = TimeSpan.FromMilliseconds(50) };
        return EmulatedHub.StartAsync(with?.Invoke(options) ?? options, Stop);
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(hub.Url.OriginalString + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Content = content,
        };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return _http.SendAsync(request, Stop);
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<HttpResponseMessage> PostAsync(string path, JsonNode body) => SendAsync(HttpMethod.Post, path, JsonContent.Create(body));

    public Task<HttpResponseMessage> DeleteAsync(string path, JsonNode? body = null) =>
        SendAsync(HttpMethod.Delete, path, body is null ? null : JsonContent.Create(body));

    public async Task<JsonNode> JsonAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    public Task<JsonNode> CreateAsync(string name, bool isPrivate = true) =>
        JsonAsync(PostAsync("/api/repos/create", new JsonObject { ["name"] = name, ["visibility"] = isPrivate ? "private" : "public" }));

    public Task<HttpResponseMessage> TryBatchAsync(string repo, params byte[][] objects) => PostAsync($"/{repo}.git/info/lfs/objects/batch", new JsonObject
    {
        ["operation"] = "upload",
        ["transfers"] = new JsonArray("basic", "multipart"),
        ["hash_algo"] = "sha256",
        ["ref"] = new JsonObject { ["name"] = "main" },
        ["objects"] = new JsonArray([.. objects.Select(bytes => new JsonObject { ["oid"] = Oid(bytes), ["size"] = bytes.Length })]),
    });

    /// <summary>The answers in the order of the objects.</summary>
    public async Task<IReadOnlyList<JsonObject>> BatchAsync(string repo, params byte[][] objects)
    {
        var answer = await JsonAsync(TryBatchAsync(repo, objects));
        return [.. objects.Select(bytes => answer["objects"]!.AsArray().Single(item => (string)item!["oid"]! == Oid(bytes))!.AsObject())];
    }

    public Task<HttpResponseMessage> PutAsync(string href, byte[] bytes) => _storage.PutAsync(href, new ByteArrayContent(bytes), Stop);

    public Task<HttpResponseMessage> StorageAsync(HttpRequestMessage request) => _storage.SendAsync(request, Stop);

    /// <summary>Batch, then PUT in one piece or in parts, then verify; nothing when the Hub has it already.</summary>
    public async Task StoreAsync(string repo, byte[] bytes)
    {
        var actions = (await BatchAsync(repo, bytes))[0]["actions"];
        if (actions is null) return;
        var upload = actions["upload"]!;
        if (upload["header"]?["chunk_size"] is { } chunk) await StorePartsAsync(upload, bytes, int.Parse((string)chunk!));
        else
        {
            using var put = await PutAsync((string)upload["href"]!, bytes);
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        }

        using var verify = await VerifyAsync(repo, bytes);
        Assert.Equal(HttpStatusCode.OK, verify.StatusCode);
    }

    public async Task<JsonArray> PutPartsAsync(JsonNode upload, byte[] bytes, int chunkBytes)
    {
        var parts = new JsonArray();
        foreach (var (part, number) in bytes.Chunk(chunkBytes).Select((part, n) => (part, n + 1)))
        {
            using var put = await PutAsync((string)upload["header"]![number.ToString("00000")]!, part);
            parts.Add(new JsonObject { ["partNumber"] = number, ["etag"] = put.Headers.GetValues("ETag").Single() });
        }

        return parts;
    }

    public Task<HttpResponseMessage> CompleteAsync(JsonNode upload, string oid, JsonArray parts) =>
        _storage.PostAsync((string)upload["href"]!, JsonContent.Create(new JsonObject { ["oid"] = oid, ["parts"] = parts }), Stop);

    public Task<HttpResponseMessage> VerifyAsync(string repo, byte[] bytes) =>
        PostAsync($"/{repo}.git/info/lfs/objects/verify", new JsonObject { ["oid"] = Oid(bytes), ["size"] = bytes.Length });

    public async Task<string> CommitAsync(string repo, string? parent, params JsonObject[] changes) =>
        (string)(await JsonAsync(TryCommitAsync(repo, parent, changes)))["commitOid"]!;

    public Task<HttpResponseMessage> TryCommitAsync(string repo, string? parent, params JsonObject[] changes)
    {
        var header = new JsonObject { ["summary"] = "A change" };
        if (parent is not null) header["parentCommit"] = parent;
        return NdjsonAsync(repo, [new JsonObject { ["key"] = "header", ["value"] = header }, .. changes]);
    }

    public Task<HttpResponseMessage> NdjsonAsync(string repo, IEnumerable<JsonObject> lines, string revision = "main") =>
        SendAsync(HttpMethod.Post, $"/api/models/{repo}/commit/{revision}",
            new StringContent(string.Join('\n', lines.Select(line => line.ToJsonString())), Encoding.UTF8, "application/x-ndjson"));

    /// <summary>A message of a failed answer, header and body being one.</summary>
    public static async Task<string> ErrorAsync(HttpResponseMessage response)
    {
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!;
        return (string)body["error"]!;
    }

    public static JsonObject Text(string path, string content) => Line("file", new()
    {
        ["path"] = path,
        ["encoding"] = "base64",
        ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(content)),
    });

    public static JsonObject Pointer(string path, byte[] bytes) => Line("lfsFile", new()
    {
        ["path"] = path,
        ["algo"] = "sha256",
        ["oid"] = Oid(bytes),
        ["size"] = bytes.Length,
    });

    public static JsonObject Gone(string key, string path) => Line(key, new() { ["path"] = path });

    public static JsonObject Line(string key, JsonObject value) => new() { ["key"] = key, ["value"] = value };

    public static string Oid(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The same bytes for the same seed.</summary>
    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public void Dispose()
    {
        _http.Dispose();
        _storage.Dispose();
    }

    private async Task StorePartsAsync(JsonNode upload, byte[] bytes, int chunkBytes)
    {
        using var complete = await CompleteAsync(upload, Oid(bytes), await PutPartsAsync(upload, bytes, chunkBytes));
        Assert.Equal(HttpStatusCode.OK, complete.StatusCode);
    }
}
