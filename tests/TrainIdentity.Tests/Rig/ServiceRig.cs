using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.Rig;

/// <summary>
/// The service as its own process behind the stand-in Functions host, with an emulated Hub and an issuer of its own and
/// tables of its own in the run's Azurite.
/// </summary>
public sealed class ServiceRig : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(100) };

    private ServiceRig(LocalStack stack, string folder, IReadOnlyDictionary<string, string?> settings) => (Stack, Folder, Settings) = (stack, folder, settings);

    public LocalStack Stack { get; }

    /// <summary>Where its executable lies.</summary>
    public string Folder { get; }

    /// <summary>What the service was told besides the addresses of its partners.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; }

    public EmulatedHub Hub => Stack.Emulator;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The build output of the service that goes with these tests.</summary>
    public static string AppFolder
    {
        get
        {
            var built = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(built.Parent!.Parent!.FullName, "TrainIdentity.Functions", built.Name);
        }
    }

    public static async Task<ServiceRig> StartAsync(
        Tables tables, IReadOnlyDictionary<string, string?>? settings = null, Func<HubEmulatorOptions, HubEmulatorOptions>? hub = null, Func<FunctionsHostOptions, FunctionsHostOptions>? host = null)
    {
        var own = Guid.NewGuid().ToString("N")[..12];
        var all = new Dictionary<string, string?>(Canaries.Settings)
        {
            ["Storage__IdentitiesTable"] = $"TrainedIdentities{own}",
            ["Storage__IndexTable"] = $"TrainedIdentityIndex{own}",
            ["Lease__Duration"] = "00:00:12",
            ["Lease__Margin"] = "00:00:02",
            ["Watch__First"] = "00:00:01",
            ["Watch__NewsEvery"] = "00:00:00.200",
            ["Erasure__SecondLook"] = "00:00:01",
            ["Quota__Active"] = "1000",
            ["Quota__PerDay"] = "1000",
            ["Quota__Stored"] = "1000",
            ["Quota__BytesPerDay"] = "1000000000000",
            ["Training__StartsPerDay"] = "1000",
            ["Rate__Creations"] = "100000",
            ["Rate__Photos"] = "100000",
            ["Rate__Reads"] = "100000",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }

        var folder = await tables.AppFolderAsync();
        return new ServiceRig(await LocalStack.StartAsync(new LocalStackOptions
        {
            AppFolder = folder,
            TableConnectionString = await tables.ConnectionStringAsync(),
            Settings = all,
            Hub = options => (hub ?? (same => same))(options with { JobDuration = TimeSpan.FromMilliseconds(300), Play = JobPlays.Succeed }),
            Host = options => (host ?? (same => same))(options with { TimerEvery = TimeSpan.FromSeconds(1) }),
        }, CancellationToken.None), folder, all);
    }

    public string Token(string user, JsonObject? claims = null) => Stack.TokenIssuer.Token(user, claims);

    public async Task<Reply> SendAsync(HttpMethod method, string path, string? user, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Stack.Service, path)) { Content = content };
        if (user is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(user));
        }
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        return new Reply((int)response.StatusCode, response.Headers, response.Content.Headers, text) { Bytes = await response.Content.ReadAsByteArrayAsync(Stop) };
    }

    public Task<Reply> GetAsync(string path, string? user, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, user, null, headers);

    public Task<Reply> UploadAsync(string user, HttpContent content, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, "/api/train-identity", user, content, headers);

    /// <summary>Asks until the identity says what is expected; anything that can no longer lead there ends the wait.</summary>
    public async Task<JsonNode> BecomesAsync(string id, string user, string status)
    {
        using var late = Late();
        while (true)
        {
            late.Token.ThrowIfCancellationRequested();
            var reply = await GetAsync($"/api/identities/{id}", user);
            Assert.Equal(200, reply.Status);
            var now = (string?)reply.Json["status"];
            if (now == status)
            {
                return reply.Json;
            }
            Assert.Equal("training", now);
            await Task.Delay(50, Stop);
        }
    }

    public async Task GoneAsync(string repo)
    {
        using var late = Late();
        while (Hub.IsPrivate(repo) is not null)
        {
            await Task.Delay(50, late.Token);
        }
    }

    /// <summary>Ends a wait that will never be over; no test is right or wrong by how long it takes.</summary>
    private static CancellationTokenSource Late()
    {
        var late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(TimeSpan.FromMinutes(4));
        return late;
    }

    public Task TickAsync() => Stack.FunctionsHost.FireTimerAsync("reconcile", Stop);

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result is TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', Stack.FunctionsHost.HandlerLines));
        }
        _http.Dispose();
        await Stack.DisposeAsync();
        Canaries.AssertSilent(Stack.FunctionsHost.HandlerLines);
    }
}

public sealed record Reply(int Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Text)
{
    public byte[] Bytes { get; init; } = [];

    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Code => (string?)Json["code"];

    public string? Header(string name) =>
        Headers.TryGetValues(name, out var values) || ContentHeaders.TryGetValues(name, out values) ? string.Join(", ", values) : null;
}
