using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>
/// Ten thousand webhooks at once change no more than one would. The pause between two looks is longer than any storm lasts, and
/// no timer ticks but by hand, so that what is counted does not hang on how fast the machine is.
/// </summary>
public sealed class WebhookStormTests(Tables tables)
{
    private const int Storm = 10_000;
    private const int AtOnce = 16;

    /// <summary>The webhook's own, which may be broken off, the tick's after it, and one more where a pause begins right then: they begin on the hour.</summary>
    private const int LooksAllowed = 3;

    /// <summary>One for each of those looks, one for the end of the pause.</summary>
    private const int ItemsAllowed = 4;

    private static readonly TimeSpan NewsEvery = TimeSpan.FromHours(1);

    /// <summary>The same one; with the usual rate most are told to come again.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(1_000_000)]
    public async Task The_same_webhook_moves_a_record_once(int perSecond)
    {
        await using var rig = await StartAsync(perSecond);
        var (id, repo) = await TrainedAsync(rig, "storm");
        var (looks, seq) = (Looks(rig, repo), await SeqAsync(rig, id, "storm"));

        var answers = await SendAsync(rig, _ => Word(repo));

        Assert.Empty(answers.Keys.Except([200, 429]));
        Assert.True(answers[200] > 0);
        Assert.Equal(perSecond > Storm, !answers.ContainsKey(429));
        await rig.BecomesAsync(id, "storm", "ready");
        Assert.InRange(Looks(rig, repo) - looks, 1, LooksAllowed);
        Assert.InRange(await SeqAsync(rig, id, "storm") - seq, 1, 2);
    }

    /// <summary>Counted where the tables are, whatever the service says of itself: all that is sent to them but to read.</summary>
    [Fact]
    public async Task The_same_webhook_writes_one_work_item_for_each_pause()
    {
        await using var proxy = await TableProxy.StartAsync(await tables.ConnectionStringAsync());
        await using var rig = await StartAsync(1_000_000, ("Storage__ConnectionString", proxy.ConnectionString));
        var (id, repo) = await TrainedAsync(rig, "wire");
        var writes = new ConcurrentQueue<TableProxyCall>();
        proxy.Seen = call =>
        {
            if (call.Method != "GET")
            {
                writes.Enqueue(call);
            }
        };
        var began = DateTimeOffset.UtcNow;

        await SendAsync(rig, _ => Word(repo));

        await rig.BecomesAsync(id, "wire", "ready");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', writes.GroupBy(call => $"{call.Method} {call.Target} {call.Body}").Select(group => $"{group.Count()} {group.Key}")));
        // The record's own next look is a day away.
        Assert.InRange(writes.Count(call => AddsItem(call, began.AddHours(12))), 1, ItemsAllowed);
    }

    [Fact]
    public async Task Forged_foreign_and_stale_ones_among_them_move_nothing()
    {
        await using var rig = await StartAsync(1_000_000);
        List<(string Id, string Repo)> all = [];
        for (var n = 0; n < 3; n++)
        {
            all.Add(await TrainedAsync(rig, $"mix{n}"));
        }
        var looks = all.Select(one => Looks(rig, one.Repo)).ToList();
        var seqs = new List<long>();
        for (var n = 0; n < 3; n++)
        {
            seqs.Add(await SeqAsync(rig, all[n].Id, $"mix{n}"));
        }

        // A fifth each: forged, about a repo of nobody, about our own commit of long ago. The rest is true.
        var answers = await SendAsync(rig, n => (n % 5) switch
        {
            0 => Word(all[n % 3].Repo, secret: "forged"),
            1 => Word($"local/identity-nobody-{n}"),
            2 => Word(all[n % 3].Repo, head: rig.Hub.Journal.Entries.First(entry => entry.Kind == JournalKinds.Commit && entry.Repo == all[n % 3].Repo).Sha),
            _ => Word(all[n % 3].Repo),
        });

        Assert.Equal((Storm / 5, Storm - (Storm / 5)), (answers[401], answers[200]));
        for (var n = 0; n < 3; n++)
        {
            await rig.BecomesAsync(all[n].Id, $"mix{n}", "ready");
            Assert.InRange(Looks(rig, all[n].Repo) - looks[n], 1, LooksAllowed);
            Assert.InRange(await SeqAsync(rig, all[n].Id, $"mix{n}") - seqs[n], 1, 2);
        }
    }

    /// <summary>Nothing looks at a record but because of a webhook, and a tick that is fired.</summary>
    private Task<ServiceRig> StartAsync(int perSecond, params (string Name, string Value)[] more) => ServiceRig.StartAsync(
        tables,
        new Dictionary<string, string?>(more.Select(one => new KeyValuePair<string, string?>(one.Name, one.Value)))
        {
            ["Watch__First"] = "01:00:00",
            ["Watch__Longest"] = "01:00:00",
            ["Watch__NewsEvery"] = NewsEvery.ToString(),
            ["Webhook__PerSecond"] = $"{perSecond}",
        },
        hub => hub with { Webhook = null },
        host => host with { TimerEvery = TimeSpan.FromDays(1) });

    /// <summary>The row's key begins with when it is due.</summary>
    private static bool AddsItem(TableProxyCall call, DateTimeOffset before) =>
        call.Method == "POST" && call.Body.Split("\"RowKey\":\"t_") is [_, var due] && string.CompareOrdinal(due[..17], before.UtcDateTime.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture)) < 0;

    private static async Task<(string Id, string Repo)> TrainedAsync(ServiceRig rig, string user)
    {
        rig.Hub.Play = JobPlays.Succeed;
        var made = (await rig.UploadAsync(user, Uploads.Json("Storm", Uploads.Three))).Json;
        var repo = (string)made["repoId"]!;
        await rig.Hub.Journal.WaitForAsync(entry => entry.Kind == JournalKinds.JobEnded && entry.Repo == repo, ServiceRig.Stop);
        return ((string)made["identityId"]!, repo);
    }

    private static async Task<Dictionary<int, int>> SendAsync(ServiceRig rig, Func<int, (string Secret, string Body)> word)
    {
        var answers = new ConcurrentDictionary<int, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Storm), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ServiceRig.Stop }, async (n, _) =>
        {
            var (secret, body) = word(n);
            var reply = await rig.SendAsync(HttpMethod.Post, "/api/training-status", null, Uploads.Text(body), ("X-Webhook-Secret", secret));
            answers.AddOrUpdate(reply.Status, 1, (_, count) => count + 1);
        });

        // Where the few seconds that a webhook has were not enough.
        await rig.TickAsync();
        return new(answers);
    }

    private static (string Secret, string Body) Word(string repo, string secret = Canaries.WebhookSecret, string? head = null)
    {
        var payload = new JsonObject
        {
            ["event"] = new JsonObject { ["action"] = "update", ["scope"] = "repo.content" },
            ["repo"] = new JsonObject { ["type"] = "model", ["name"] = repo },
            ["webhook"] = new JsonObject { ["id"] = "x", ["version"] = 3 },
        };
        if (head is not null)
        {
            payload["updatedRefs"] = new JsonArray(new JsonObject { ["ref"] = "refs/heads/main", ["oldSha"] = new string('0', 40), ["newSha"] = head });
        }
        return (secret, payload.ToJsonString());
    }

    private static int Looks(ServiceRig rig, string repo) => rig.Hub.Calls.Latest.Count(call => call.Route == "info" && call.Path.EndsWith(repo, StringComparison.Ordinal));

    private static async Task<long> SeqAsync(ServiceRig rig, string id, string user) =>
        long.Parse((await rig.GetAsync($"/api/identities/{id}", user)).Header("ETag")!.Trim('"'), System.Globalization.CultureInfo.InvariantCulture);
}
