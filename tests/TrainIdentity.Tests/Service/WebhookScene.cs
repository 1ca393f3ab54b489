using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Commits;
using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>
/// An identity somewhere on its way, of which nothing but webhooks can move it on, and what they did to it: told by the
/// Hub's journal and calls, and by the record's sequence number.
/// </summary>
internal sealed class WebhookScene
{
    private readonly ServiceRig _rig;
    private readonly string _user = $"hook{Guid.NewGuid():N}";
    private Task<Reply>? _uploading;
    private JsonNode? _made;
    private string _hubId = "";
    private string _repo = "local/identity-nobody-0";
    private long _seq;
    private int _looks;
    private int _effects;

    private WebhookScene(ServiceRig rig) => _rig = rig;

    private string Id => (string)_made!["identityId"]!;

    public static async Task<WebhookScene> SetAsync(ServiceRig rig, string scene)
    {
        var set = new WebhookScene(rig);
        await set.SetAsync(scene);
        set._hubId = scene is "hanging" ? await set.HubIdAsync() : "";
        await set.NoteAsync();
        return set;
    }

    /// <summary>Puts what is so in this scene into the text of a payload.</summary>
    public string Fill(string text) => text
        .Replace("OURS", _repo, StringComparison.Ordinal)
        .Replace("HUBID", _hubId, StringComparison.Ordinal)
        .Replace("COMMIT", Entry(JournalKinds.Commit)?.Sha ?? "", StringComparison.Ordinal)
        .Replace("HEAD", _rig.Hub.Head(_repo) ?? "", StringComparison.Ordinal);

    /// <summary>From here on is counted.</summary>
    public async Task NoteAsync()
    {
        (_looks, _effects) = (Looks(), _rig.Hub.Journal.Entries.Count(entry => entry.Repo == _repo));
        _seq = _made is null ? 0 : await SeqAsync();
    }

    public Task ShowsAsync(string effect, Func<Task<Reply>> again) => effect.Split(':') switch
    {
        ["none"] => NothingAsync(),
        ["look"] => LookedAtAsync(),
        ["once"] => OnceAsync("training"),
        ["ready"] => ReadyInOneStepAsync(),
        ["readyOnce"] => OnceAsync("ready"),
        ["readyLater"] => LaterAsync(),
        ["stillReady"] => StaysAsync("ready"),
        ["verifying"] => VerifyingAsync(),
        ["private"] => PrivateAgainAsync(),
        ["failed", var code] => FailedAsync(code, again),
        _ => throw new ArgumentException($"No effect is called {effect}.", nameof(effect)),
    };

    private async Task SetAsync(string scene)
    {
        _rig.Hub.Faults.Clear();
        _rig.Hub.Play = scene switch
        {
            "trained" or "launching" or "hubAway" or "spoilt" => JobPlays.Succeed,
            "unfinished" => JobPlays.CompleteWithoutResult,
            "brokenWeights" => JobPlays.InvalidWeights,
            "failedResult" => JobPlays.FailWithResult("out_of_memory"),
            _ => JobPlays.Hang,
        };
        switch (scene)
        {
            case "nobody":
                return;
            case "creating":
                await HeldAsync(new Fault("create", FaultKind.Hold, After: true));
                return;
            case "launching":
                await HeldAsync(new Fault("jobs.start", FaultKind.Hold, After: true));
                await EndedAsync();
                return;
        }

        _made = (await UploadAsync()).Json;
        _repo = (string)_made["repoId"]!;
        if (scene is "trained" or "hubAway" or "spoilt" or "unfinished" or "brokenWeights" or "failedResult")
        {
            await EndedAsync();
        }
        switch (scene)
        {
            case "checkpoint":
                Push("checkpoints/step_500.safetensors", "something");
                break;
            case "foreignResult":
                Push("training_result.json", """{"status":"failed","attempt":1,"job_id":"somebody-elses","code":"job_error"}""");
                break;
            case "spoilt":
                await new WebhookSend().ToAsync(_rig, Fill);
                await _rig.BecomesAsync(Id, _user, "ready");
                Push("training_result.json", """{"status":"failed","attempt":1,"job_id":"somebody-elses","code":"job_error"}""");
                break;
            case "gone":
                await OthersAsync(HttpMethod.Delete, "/api/repos/delete", $$"""{"name":"{{_repo.Split('/')[1]}}","organization":"local"}""");
                break;
            case "public":
                await OthersAsync(HttpMethod.Put, $"/api/models/{_repo}/settings", """{"visibility":"public"}""");
                break;
            case "hubAway":
                _rig.Hub.Faults.Add(new Fault("info", FaultKind.Status, Times: 10_000, Status: 503));
                break;
        }
    }

    /// <summary>The word has been answered long since; whatever it had set off would have begun.</summary>
    private async Task NothingAsync()
    {
        await _rig.TickAsync();
        Assert.Equal(_looks, Looks());
        Assert.Equal(_effects, _rig.Hub.Journal.Entries.Count(entry => entry.Repo == _repo));
        if (_made is not null)
        {
            Assert.Equal(_seq, await SeqAsync());
        }
    }

    private async Task LookedAtAsync()
    {
        while (Looks() == _looks)
        {
            await Task.Delay(20, ServiceRig.Stop);
        }
        await StaysAsync("training");
        Assert.Equal(_effects, _rig.Hub.Journal.Entries.Count(entry => entry.Repo == _repo));
    }

    private async Task StaysAsync(string status)
    {
        await _rig.TickAsync();
        Assert.Equal(status, (string?)(await ViewAsync())["status"]);
    }

    /// <summary>One write moved it, however many words there were.</summary>
    private async Task ReadyInOneStepAsync()
    {
        await _rig.BecomesAsync(Id, _user, "ready");
        Assert.Equal(_seq + 1, await SeqAsync());
        await _rig.TickAsync();
        Assert.Equal(_seq + 1, await SeqAsync());
    }

    private async Task OnceAsync(string status)
    {
        _rig.Hub.Faults.Clear();
        _made = (await _uploading!).Json;
        _repo = (string)_made["repoId"]!;
        await _rig.BecomesAsync(Id, _user, status);
        Assert.Single(_rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.RepoCreated && entry.Repo == _repo);
        Assert.Single(_rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.JobStarted && entry.Repo == _repo);
    }

    private async Task LaterAsync()
    {
        Assert.Equal("training", (string?)(await ViewAsync())["status"]);
        _rig.Hub.Faults.Clear();
        await _rig.BecomesAsync(Id, _user, "ready");
    }

    private async Task VerifyingAsync()
    {
        for (string? stage = null; stage != "verifying"; await Task.Delay(20, ServiceRig.Stop))
        {
            var view = await ViewAsync();
            Assert.Equal("training", (string?)view["status"]);
            stage = (string?)view["stage"];
        }
    }

    private async Task PrivateAgainAsync()
    {
        while (_rig.Hub.IsPrivate(_repo) is not true)
        {
            await Task.Delay(20, ServiceRig.Stop);
        }
        await StaysAsync("training");
        Assert.Contains(_rig.Stack.FunctionsHost.HandlerLines, line => line.Contains($"Alert PublicRepo for identity {Id}", StringComparison.Ordinal));
    }

    private async Task FailedAsync(string code, Func<Task<Reply>> again)
    {
        if (code == "repo_gone")
        {
            // Gone is what the Hub says twice, some time apart.
            Assert.Equal("training", (string?)(await ViewAsync())["status"]);
            await again();
        }
        Assert.Equal(code, (string?)(await _rig.BecomesAsync(Id, _user, "failed"))["errorCode"]);
    }

    private Task<Reply> UploadAsync() => _rig.UploadAsync(_user, Uploads.Json("Hook", Uploads.Three));

    private async Task HeldAsync(Fault hold)
    {
        _rig.Hub.Faults.Add(hold);
        var before = _rig.Hub.Journal.Entries.Count;
        _uploading = UploadAsync();
        await _rig.Hub.Faults.WaitUntilHeldAsync(ServiceRig.Stop);
        _repo = _rig.Hub.Journal.Entries.Skip(before).First(entry => entry.Kind == JournalKinds.RepoCreated).Repo;
    }

    private Task<JournalEntry> EndedAsync() => _rig.Hub.Journal.WaitForAsync(entry => entry.Kind == JournalKinds.JobEnded && entry.Repo == _repo, ServiceRig.Stop);

    private void Push(string path, string text) =>
        Assert.True(_rig.Hub.Push(_rig.Stack.RunnerToken, _repo, "Something", new PushedFile(path, Encoding.UTF8.GetBytes(text))).Succeeded);

    private async Task OthersAsync(HttpMethod method, string path, string body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(_rig.Hub.Url, path)) { Content = Uploads.Text(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _rig.Stack.HubToken);
        using var reply = await http.SendAsync(request, ServiceRig.Stop);
        Assert.True(reply.IsSuccessStatusCode);
    }

    private int Looks() => _rig.Hub.Calls.Latest.Count(call => call.Route == "info" && call.Path.EndsWith(_repo, StringComparison.Ordinal));

    private JournalEntry? Entry(string kind) => _rig.Hub.Journal.Entries.FirstOrDefault(entry => entry.Kind == kind && entry.Repo == _repo);

    private async Task<string> HubIdAsync()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_rig.Hub.Url, $"/api/models/{_repo}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _rig.Stack.HubToken);
        using var reply = await http.SendAsync(request, ServiceRig.Stop);
        return (string)JsonNode.Parse(await reply.Content.ReadAsStringAsync(ServiceRig.Stop))!["_id"]!;
    }

    private async Task<JsonNode> ViewAsync() => (await _rig.GetAsync($"/api/identities/{Id}", _user)).Json;

    private async Task<long> SeqAsync() => long.Parse((await _rig.GetAsync($"/api/identities/{Id}", _user)).Header("ETag")!.Trim('"'), System.Globalization.CultureInfo.InvariantCulture);
}
