using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Http;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>
/// One user's one identity, in a service that can be stopped at any call to the Hub or to its tables and killed there.
/// Leases are short, so that whoever follows need not wait long, and the timer is fired by hand, so that on a slow machine
/// nobody takes a lease over that a driver still holds.
/// </summary>
internal sealed class KillScene : IAsyncDisposable
{
    private const string User = "killed";
    private static readonly (string, string) Key = ("Idempotency-Key", "the-one");
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BetweenTicks = TimeSpan.FromMilliseconds(200);

    /// <summary>What has not come about by then never will; a job whose start may have been lost is looked for over more than a minute.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly TableProxy _proxy;
    private Task _request = Task.CompletedTask;
    private Task _tick = Task.CompletedTask;

    private KillScene(ServiceRig rig, TableProxy proxy, KillRows rows) => (Rig, _proxy, Rows) = (rig, proxy, rows);

    public ServiceRig Rig { get; }

    public KillRows Rows { get; }

    /// <summary>What the client sends, and sends again.</summary>
    public Func<HttpContent> Photos { get; set; } = () => Uploads.Json("Killed", Uploads.Three);

    /// <summary>What a draft has besides its photos; null for nothing.</summary>
    public byte[]? Thumbnail { get; set; }

    /// <summary>What the client does from beginning to end, and does again; null for the photos in one request.</summary>
    public Func<Task<Reply>>? Client { get; set; }

    private HubJournal Journal => Rig.Hub.Journal;

    public static async Task<KillScene> StartAsync(
        Tables tables, IEnumerable<(string Name, string Value)> settings, Func<HubEmulatorOptions, HubEmulatorOptions>? hub = null)
    {
        var direct = await tables.ConnectionStringAsync();
        var rows = new KillRows(direct);
        var proxy = await TableProxy.StartAsync(direct);
        var all = new Dictionary<string, string?>
        {
            ["Storage__ConnectionString"] = proxy.ConnectionString,
            ["Storage__IdentitiesTable"] = rows.Identities,
            ["Storage__IndexTable"] = rows.Index,
            ["Lease__Duration"] = "00:00:04",
            ["Lease__Margin"] = "00:00:01",
            ["Reconcile__FirstRetry"] = "00:00:01",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }
        var rig = await ServiceRig.StartAsync(tables, all, hub, host => host with { TimerEvery = TimeSpan.FromHours(1) });
        return new KillScene(rig, proxy, rows);
    }

    public Task<Reply> UploadAsync() => Client?.Invoke() ?? Rig.UploadAsync(User, Photos(), Key);

    /// <summary>The photos one by one into a draft, which is then closed; ends with the first answer that is no success.</summary>
    public async Task<Reply> DraftAsync()
    {
        var body = Uploads.Text("""{"identityName":"Killed","consent":true}""");
        var reply = await Rig.SendAsync(HttpMethod.Post, "/api/identities", User, body, Key);
        if (reply.Status != 201)
        {
            return reply;
        }

        var id = (string)reply.Json["id"]!;
        for (var n = 0; n < Uploads.Three.Length; n++)
        {
            reply = await Rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/photos/{n + 1}", User, new ByteArrayContent(Uploads.Sample(Uploads.Three[n])));
            if (reply.Status is not (200 or 409) || reply.Code is "idempotency_in_progress")
            {
                return reply;
            }
        }
        if (Thumbnail is not null)
        {
            reply = await Rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/thumbnail", User, new ByteArrayContent(Thumbnail));
            if (reply.Status is not (200 or 409) || reply.Code is "idempotency_in_progress")
            {
                return reply;
            }
        }
        return await Rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/train", User);
    }

    /// <summary>Sends the photos and returns when the service waits for the Hub.</summary>
    /// <param name="after">The call has taken effect and its answer is kept from the service.</param>
    public Task UploadUntilHubAsync(string route, bool after, int times = 1)
    {
        var held = HeldAtHubAsync(route, after, times);
        _request = NotAnsweredAsync(Task.Run(UploadAsync, ServiceRig.Stop));
        return held;
    }

    /// <summary>Sends the photos and returns when the service waits for its tables.</summary>
    /// <param name="after">The request has been carried out and its answer is kept from the service.</param>
    public Task UploadUntilTableAsync(Func<TableProxyCall, bool> which, bool after)
    {
        var held = HeldAtTableAsync(which, after);
        _request = NotAnsweredAsync(Task.Run(UploadAsync, ServiceRig.Stop));
        return held;
    }

    /// <summary>From now on; ends when the service waits for the Hub.</summary>
    public Task HeldAtHubAsync(string route, bool after, int times = 1)
    {
        Rig.Hub.Faults.Add(new Fault(route, FaultKind.Hold, times, After: after));
        return Rig.Hub.Faults.WaitUntilHeldAsync(ServiceRig.Stop).WaitAsync(Patience);
    }

    /// <summary>From now on; ends when the service waits for its tables.</summary>
    public Task HeldAtTableAsync(Func<TableProxyCall, bool> which, bool after) => _proxy.Hold(which, after).WaitUntilHeldAsync(ServiceRig.Stop).WaitAsync(Patience);

    /// <summary>Fires the timer until a point is reached; the last tick may be what is held there.</summary>
    public async Task TickUntilAsync(Task reached)
    {
        while (!reached.IsCompleted)
        {
            _tick = Rig.TickAsync();
            await Task.WhenAny(_tick, reached);
            await Task.WhenAny(Task.Delay(BetweenTicks, ServiceRig.Stop), reached);
        }
        await reached;
    }

    public Task TickUntilAsync(Func<Task<bool>> isTrue) => TickUntilAsync(TrueAsync(isTrue));

    public Task StoredAsync(int count) => TrueAsync(() => Task.FromResult(Count(JournalKinds.ObjectStored) == count));

    /// <summary>A request of the user straight to the process that will be killed.</summary>
    public async Task<KillWire> WireAsync(string request, params IEnumerable<(string Name, string Value)> headers)
    {
        var wire = await KillWire.OpenAsync(Rig.Stack.Handler);
        await wire.HeadAsync(request, Rig.Token(User), [.. headers, Key]);
        return wire;
    }

    /// <summary>SIGKILL. Only when the next process has been started is what was held let go, so that the dead one got none of it.</summary>
    public async Task KillAsync()
    {
        var host = Rig.Stack.FunctionsHost;
        var starts = host.Starts;
        host.KillHandler();
        await TrueAsync(() => Task.FromResult(host.Starts > starts));
        Rig.Hub.Faults.Clear();
        _proxy.LetGo();
        await Task.WhenAll(_request, _tick);
        _request = _tick = Task.CompletedTask;
        await host.WaitUntilReadyAsync(ServiceRig.Stop);
    }

    /// <summary>The client does what it is told: the same request again, for as long as the service says that it is under way.</summary>
    public async Task RepeatAsync()
    {
        for (var reply = await UploadAsync(); reply.Status is not (200 or 202); reply = await UploadAsync())
        {
            Assert.Equal((409, "idempotency_in_progress", "5"), (reply.Status, reply.Code, reply.Header("Retry-After")));
            await Task.Delay(AskAgainAfter, ServiceRig.Stop);
        }
    }

    public async Task<string> IdAsync() =>
        (string)(await Rig.GetAsync("/api/identities", User)).Json["identities"]!.AsArray().Single()!["id"]!;

    public async Task<JsonNode> BecomesAsync(string status)
    {
        var id = await IdAsync();
        await TickUntilAsync(async () => (string?)(await GetAsync(id)).Json["status"] != "training" || status == "training");
        var view = (await GetAsync(id)).Json;
        Assert.Equal(status, (string?)view["status"]);
        return view;
    }

    public Task<Reply> GetAsync(string id) => Rig.GetAsync($"/api/identities/{id}", User);

    /// <summary>Ready, and whatever happened on the way happened once.</summary>
    public async Task EndedReadyOnceAsync()
    {
        var view = await BecomesAsync("ready");
        var repo = Assert.Single(Rig.Hub.Repos);

        Assert.Equal(repo, (string?)view["modelId"]);
        Assert.True(Rig.Hub.IsPrivate(repo));
        Assert.Equal((1, 0), (Count(JournalKinds.RepoCreated), Count(JournalKinds.RepoDeleted)));
        Assert.Single(Journal.Entries, entry => entry is { Kind: JournalKinds.Commit, By: Actor.Service });
        Assert.Equal(3, Rig.Hub.Files(repo)!.Keys.Count(path => path.StartsWith("images/", StringComparison.Ordinal)));
        Assert.Equal((1, 0), (Count(JournalKinds.JobStarted), Count(JournalKinds.JobCanceled)));
        await TickUntilAsync(async () => LiveJobs == 0 && await Rows.ClaimsAsync() == 1);
        Assert.Equal((1, 0, 0), await Rows.SlotsAsync());
    }

    /// <summary>The Hub holds nothing any more, and its rows neither, but for the record if it stays to say why.</summary>
    public async Task NothingIsLeftAsync(int records, int jobs)
    {
        await TickUntilAsync(async () => await Rows.ClaimsAsync() == 0);

        Assert.Empty(Rig.Hub.Repos);
        Assert.Equal((1, 1), (Count(JournalKinds.RepoCreated), Count(JournalKinds.RepoDeleted)));
        Assert.Equal((jobs, 0), (Count(JournalKinds.JobStarted), LiveJobs));
        Assert.Equal((records, 0, 0), await Rows.SlotsAsync());
        Assert.Equal(records, await Rows.KeysAsync());
    }

    public int LiveJobs => Rig.Hub.Jobs.Count(job => job.Stage is JobStage.Scheduling or JobStage.Running);

    public int Count(string kind) => Journal.Entries.Count(entry => entry.Kind == kind);

    public async ValueTask DisposeAsync()
    {
        _proxy.LetGo();
        await Rig.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private static async Task TrueAsync(Func<Task<bool>> isTrue)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ServiceRig.Stop);
        late.CancelAfter(Patience);
        while (!await isTrue())
        {
            await Task.Delay(BetweenTicks / 4, late.Token);
        }
    }

    /// <summary>
    /// The process was killed under the request, so its client has no answer: the host has only an empty 500 for it. One
    /// without a body, such as the closing of a draft, the host sends again by itself to the next process.
    /// </summary>
    private static async Task NotAnsweredAsync(Task<Reply> request) => Assert.True(await request is { Status: 500, Text: "" } or { Status: 202 }, (await request).Text);
}
