using System.Text.Json.Nodes;
using TrainIdentity.HubEmulator;

namespace TrainIdentity.Benchmarks;

/// <summary>What one training asks of the tables and of the Hub, counted and not timed: the figures behind what a million of them cost.</summary>
internal static class OneTraining
{
    private static readonly HashSet<string?> OfStorage = ["put", "download"];

    public static async Task RunAsync(Bench bench)
    {
        await using var hub = await EmulatedHub.StartAsync(new HubEmulatorOptions { Token = HubProcess.Token, RunnerToken = HubProcess.RunnerToken, JobDuration = TimeSpan.FromSeconds(15) }, CancellationToken.None);
        var prefix = $"One{Guid.NewGuid():N}"[..12];
        await using var service = ServiceProcess.Start(
            bench.Theatre, null, ("Hub__Endpoint", hub.Url.GetLeftPart(UriPartial.Authority)), ("Watch__First", "00:00:02"), ("Watch__Longest", "00:00:02"), ("Watch__ProgressEvery", "00:00:02"),
            ("Storage__IdentitiesTable", $"{prefix}Identities"), ("Storage__IndexTable", $"{prefix}Index"));
        await service.WaitAsync();
        using var http = new HttpClient { BaseAddress = service.Url };
        using var set = UploadSet.Make(bench.Theatre, 10, bench.Trial ? 1 : 2);
        var (type, file) = UploadSet.Json(set);
        var token = bench.Theatre.Issuer.Token("first");
        await Crowd.TickAsync(service);

        // The first of a process also reads who we are, the hardware and its prices; those are kept.
        using (var first = UploadSet.Make(bench.Theatre, 3, 1)) await UploadAsync(service, UploadSet.Json(first), bench.Theatre.Issuer.Token("warm"));
        var rows = new List<IReadOnlyList<string>>();
        var id = "";
        await CountAsync("accepted, 10 photos in one request", async () => id = await UploadAsync(service, (type, file), token));
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        await CountAsync("the page asks, unchanged", async () => (await http.GetAsync(new Uri($"/api/identities/{id}", UriKind.Relative))).EnsureSuccessStatusCode());
        await CountAsync("a tick with nothing due", () => Crowd.TickAsync(service));
        await Task.Delay(2500);
        await CountAsync("a look while it trains", () => Crowd.TickAsync(service));
        await Task.Delay(15000);
        await CountAsync("the look that finds it ready", () => Crowd.TickAsync(service));
        var status = (string)JsonNode.Parse(await http.GetStringAsync(new Uri($"/api/identities/{id}", UriKind.Relative)))!["status"]!;
        if (status is not "ready") throw new InvalidOperationException($"It is {status}.");
        await CountAsync("deleted", async () => (await http.DeleteAsync(new Uri($"/api/identities/{id}", UriKind.Relative))).EnsureSuccessStatusCode());
        bench.Report.Add("one-training", ["One training", "table requests", "Hub calls", "to storage"], rows);

        async Task CountAsync(string what, Func<Task> work)
        {
            var before = hub.Calls.Latest.Count;
            var tables = await bench.Theatre.RequestsAsync(work);
            var calls = hub.Calls.Latest.Skip(before).ToList();
            rows.Add([what, $"{tables}", $"{calls.Count(call => !OfStorage.Contains(call.Route))}", $"{calls.Count(call => OfStorage.Contains(call.Route))}"]);
        }
    }

    private static async Task<string> UploadAsync(ServiceProcess service, (string Type, string File) body, string token) =>
        (string)(await Caller.SendAsync("POST", new Uri(service.Url, "/api/train-identity"), token, body.Type, body.File)).Expect(200).Json["identityId"]!;
}
