using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using static TrainIdentity.Benchmarks.Report;

namespace TrainIdentity.Benchmarks;

/// <summary>What a list, a record, a webhook and a tick cost with more and more identities in the tables, beside the same question put to the tables by themselves.</summary>
internal static class Growth
{
    private const int PageItems = 20;
    private const int DueItems = 5;
    private const int InFlight = 8;
    private static readonly TimeSpan OneCount = TimeSpan.FromSeconds(1);
    private static readonly int[] Sizes = [10, 1_000, 100_000];

    public static async Task RunAsync(Bench bench)
    {
        var prefix = $"Growth{Guid.NewGuid():N}"[..14];
        await using var hub = await bench.Theatre.HubAsync();
        await using var service = await bench.Theatre.ServiceAsync(hub, ("Storage__IdentitiesTable", $"{prefix}Identities"), ("Storage__IndexTable", $"{prefix}Index"));
        var crowd = await Crowd.StartAsync(bench.Theatre, service, prefix);
        using var http = new HttpClient { BaseAddress = service.Url, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", bench.Theatre.Issuer.Token(Crowd.User(0))) } };

        var rows = new List<IReadOnlyList<string>>();
        var requests = new Dictionary<string, List<int>>();
        foreach (var size in bench.Trial ? [10] : Sizes)
        {
            await crowd.GrowAsync(size);
            foreach (var (what, before, ours, raw) in Questions(crowd, http, size))
            {
                await before();
                await ours();
                await before();
                var asked = await bench.Theatre.RequestsAsync(ours);
                (requests.TryGetValue(what, out var all) ? all : requests[what] = []).Add(asked);
                var (own, bare) = await InTurnAsync(before, ours, raw, bench.Times(size > 10_000 ? 9 : 101));
                rows.Add([what, $"{size:N0}", $"{asked}", Spread(own), Spread(bare), Number(own.Median - bare.Median)]);
            }
        }
        bench.Report.Add("growth", ["Question", "identities", "table requests", "ms", "same by the tables alone, ms", "added ms"], rows);
        bench.Report.Add("rates", [$"Answered a second, {InFlight} in flight", "by the service", "by the tables alone"], await RatesAsync(bench, crowd, http));
        foreach (var (what, asked) in requests)
        {
            bench.Require($"table requests of a {what}, most / least identities", (double)asked.Max() / asked.Min(), 1);
        }
    }

    private static async Task<IReadOnlyList<IReadOnlyList<string>>> RatesAsync(Bench bench, Crowd crowd, HttpClient http)
    {
        List<(string What, Func<Task> Ours, Func<Task>? Raw)> questions = [("a question that asks nothing of anybody", () => GetAsync(http, "/"), null)];
        questions.AddRange(Questions(crowd, http, 10).Where(one => !one.What.StartsWith("tick", StringComparison.Ordinal)).Select(one => (one.What, one.Ours, (Func<Task>?)one.Raw)));
        List<IReadOnlyList<string>> rows = [];
        foreach (var (what, ours, raw) in questions)
        {
            List<double> own = [], bare = [];
            for (var n = 0; n < bench.Times(3); n++)
            {
                own.Add(await PerSecondAsync(ours));
                if (raw is not null) bare.Add(await PerSecondAsync(raw));
            }
            rows.Add([what, Spread(new Series(own)), raw is null ? "" : Spread(new Series(bare))]);
        }
        return rows;
    }

    private static async Task<double> PerSecondAsync(Func<Task> one)
    {
        var (from, count) = (Stopwatch.GetTimestamp(), 0);
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(from) < OneCount)
            {
                await one();
                Interlocked.Increment(ref count);
            }
        }));
        return count / Stopwatch.GetElapsedTime(from).TotalSeconds;
    }

    private static IEnumerable<(string What, Func<Task> Before, Func<Task> Ours, Func<Task> Raw)> Questions(Crowd crowd, HttpClient http, int size)
    {
        var last = size - 1;
        yield return ("list page", Nothing, () => GetAsync(http, $"/api/identities?limit={PageItems}"), async () =>
        {
            await foreach (var page in crowd.Identities.QueryAsync<TableEntity>($"PartitionKey eq 'u_{Crowd.User(0)}' and RowKey gt 'i_' and RowKey lt 'j_'", PageItems + 1).AsPages())
            {
                if (page.Values.Count > 0) return;
            }
        });
        yield return ("record", Nothing, () => GetAsync(http, $"/api/identities/{new Guid(Complement(Crowd.Row(0)[2..])):D}"), () => crowd.Identities.GetEntityAsync<TableEntity>($"u_{Crowd.User(0)}", Crowd.Row(0)));
        yield return ("webhook", Nothing, () => HookAsync(http, Crowd.Repo(last)), () => crowd.Identities.GetEntityAsync<TableEntity>($"u_{Crowd.User(last)}", Crowd.Row(last)));
        yield return ("tick with nothing due", Nothing, () => TickAsync(http), () => BucketsAsync(crowd));
        yield return ($"tick with {DueItems} due", () => crowd.OutdateAsync(last, DueItems), () => TickAsync(http), async () =>
        {
            await BucketsAsync(crowd);
            for (var n = last; n > last - DueItems; n--) await crowd.Identities.GetEntityAsync<TableEntity>($"u_{Crowd.User(n)}", Crowd.Row(n));
        });
    }

    private static Task Nothing() => Task.CompletedTask;

    private static async Task TickAsync(HttpClient http)
    {
        using var answer = await http.PostAsync(new Uri("/reconcile", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task BucketsAsync(Crowd crowd)
    {
        var now = DateTimeOffset.UtcNow;
        for (var bucket = 0; bucket < 16; bucket++)
        {
            await foreach (var _ in crowd.Index.QueryAsync<TableEntity>($"PartitionKey eq 'b_{bucket:x}' and RowKey ge 't_' and RowKey lt 't_{now:yyyyMMddHHmmssfff}'", 25).AsPages()) break;
        }
    }

    /// <summary>Row keys hold the complement of the id, so that the newest comes first.</summary>
    private static string Complement(string digits) => string.Concat(digits.Select(digit => (15 - Convert.ToInt32($"{digit}", 16)).ToString("x", null)));

    private static async Task GetAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static async Task HookAsync(HttpClient http, string repo)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/training-status", UriKind.Relative))
        {
            Headers = { { "X-Webhook-Secret", "bench-webhook" } },
            Content = new StringContent(new JsonObject
            {
                ["event"] = new JsonObject { ["action"] = "update", ["scope"] = "repo.content" },
                ["repo"] = new JsonObject { ["type"] = "model", ["name"] = repo },
                ["webhook"] = new JsonObject { ["id"] = "x", ["version"] = 3 },
            }.ToJsonString(), new MediaTypeHeaderValue("application/json")),
        };
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<(Series Ours, Series Raw)> InTurnAsync(Func<Task> before, Func<Task> ours, Func<Task> raw, int times)
    {
        List<double> own = [], bare = [];
        for (var n = 0; n < times; n++)
        {
            await before();
            own.Add(await MillisecondsAsync(ours));
            bare.Add(await MillisecondsAsync(raw));
        }
        return (new Series(own), new Series(bare));
    }

    private static async Task<double> MillisecondsAsync(Func<Task> work)
    {
        var from = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
    }
}
