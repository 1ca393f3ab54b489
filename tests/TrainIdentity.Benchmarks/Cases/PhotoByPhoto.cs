using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using static TrainIdentity.Benchmarks.Report;

namespace TrainIdentity.Benchmarks;

/// <summary>
/// A draft filled photo by photo, four in flight, against the least that any service could take: the slowest of receiving,
/// hashing and sending on the same bytes by themselves, and the CPU of all three, callers and Hub included, shared by the cores.
/// </summary>
internal static class PhotoByPhoto
{
    private const int InFlight = 4;
    private const long LinkBytesPerSecond = 200_000_000;
    private static readonly string[] Shaped = ["--storage-rate", $"{LinkBytesPerSecond}", "--latency", "20"];

    public static async Task RunAsync(Bench bench)
    {
        var (count, megabytes) = bench.Trial ? (3, 1) : (40, 20);
        using var set = UploadSet.Make(bench.Theatre, count, megabytes);
        List<Bound> bounds = [];
        List<Run> near = [], far = [];
        for (var n = 0; n < bench.Times(9); n++)
        {
            bounds.Add(await BoundAsync(bench.Theatre, set));
            near.Add(await DraftAsync(bench.Theatre, set));
            far.Add(await DraftAsync(bench.Theatre, set, Shaped));
        }

        var bound = new Series(bounds.Select(one => one.Seconds));
        var link = (double)count * megabytes * 1_000_000 / LinkBytesPerSecond;
        var (wall, shaped) = (new Series(near.Select(one => one.Wall)), new Series(far.Select(one => one.Wall)));
        var peak = new Series(near.Concat(far).Select(one => one.PeakMiB));
        bench.Report.Add("photo-by-photo", ["Draft of " + set.Name, "wall s", "CPU s", "peak MiB", "bound s", "wall / bound"],
        [
            ["loopback", Spread(wall), Spread(new Series(near.Select(one => one.Cpu))), Spread(new Series(near.Select(one => one.PeakMiB))), Spread(bound), Number(wall.Over(bound))],
            ["200 MB/s, 20 ms a call", Spread(shaped), Spread(new Series(far.Select(one => one.Cpu))), Spread(new Series(far.Select(one => one.PeakMiB))), Number(link), Number(shaped.Median / link)],
        ]);
        bench.Report.Add("bound", ["Stage alone, " + set.Name, "wall s", "CPU s of all"],
        [
            ["received by an empty server", Spread(new Series(bounds.Select(one => one.Received.Wall))), Spread(new Series(bounds.Select(one => one.Received.Cpu)))],
            ["hashed", Spread(new Series(bounds.Select(one => one.Hashed.Wall))), Spread(new Series(bounds.Select(one => one.Hashed.Cpu)))],
            ["sent to storage", Spread(new Series(bounds.Select(one => one.Sent.Wall))), Spread(new Series(bounds.Select(one => one.Sent.Cpu)))],
        ]);
        bench.Require("draft of 40x20 / pipelined bound", wall.Over(bound), 1.4);
        bench.Require("draft of 40x20 on a link / its bound", shaped.Median / link, 1.15);
        bench.Require("peak memory of a draft of 40x20, MiB", peak.Median, 98, 90);
    }

    /// <summary>From the first photo to the last answer; opening and closing the draft are small calls that are no part of it.</summary>
    private static async Task<Run> DraftAsync(Theatre theatre, UploadSet set, params string[] link)
    {
        await using var hub = await theatre.HubAsync(link);
        await using var service = await theatre.ServiceAsync(hub);
        var token = theatre.Issuer.Token($"draft-{Guid.NewGuid():N}");
        var open = Path.Combine(theatre.Folder, "open.json");
        await File.WriteAllTextAsync(open, """{"identityName":"Bench","consent":true}""");
        var draft = (await Caller.SendAsync("POST", new Uri(service.Url, "/api/identities"), token, "application/json", open)).Expect(201).Json;

        var (cpu, from) = (service.Process.CpuSeconds, Stopwatch.GetTimestamp());
        await EachAsync(set, async n =>
            (await Caller.SendAsync("PUT", new Uri(service.Url, $"/api/identities/{draft["id"]}/photos/{n + 1}"), token, "image/jpeg", set.Photo(n))).Expect(200));
        var run = new Run(Stopwatch.GetElapsedTime(from).TotalSeconds, service.Process.CpuSeconds - cpu, service.Process.PeakMiB);

        // What stays would be written to the disk during the runs that follow.
        await hub.ClearAsync();
        return run;
    }

    private static async Task<Bound> BoundAsync(Theatre theatre, UploadSet set)
    {
        var received = await ReceivedAsync(set);
        var hashed = TimedAsync(() => EachAsync(set, n => Task.Run(() =>
        {
            using var file = File.OpenHandle(set.Photo(n));
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[64 << 10];
            for (long at = 0; RandomAccess.Read(file, buffer, at) is > 0 and var read; at += read) hash.AppendData(buffer, 0, read);
            _ = hash.GetHashAndReset();
        })), null);
        return new Bound(received, await hashed, await SentAsync(theatre, set));
    }

    /// <summary>By a server that reads a body to its end and does nothing with it.</summary>
    private static async Task<Stage> ReceivedAsync(UploadSet set)
    {
        await using var sink = Child.OfThis([Sink.Verb]);
        var url = new Uri(await sink.FirstLineAsync());
        return await TimedAsync(() => EachAsync(set, async n => (await Caller.SendAsync("PUT", url, null, "image/jpeg", set.Photo(n))).Expect(200)), sink);
    }

    /// <summary>To addresses that the Hub has signed before, from the files.</summary>
    private static async Task<Stage> SentAsync(Theatre theatre, UploadSet set)
    {
        await using var hub = await theatre.HubAsync();
        (await hub.Http.PostAsync("/api/repos/create", Json(new JsonObject { ["name"] = "bound", ["private"] = true }))).EnsureSuccessStatusCode();
        var objects = new JsonArray();
        for (var n = 0; n < set.Count; n++)
        {
            await using var photo = File.OpenRead(set.Photo(n));
            objects.Add(new JsonObject { ["oid"] = Convert.ToHexStringLower(await SHA256.HashDataAsync(photo)), ["size"] = photo.Length });
        }
        using var batch = Json(new JsonObject { ["operation"] = "upload", ["transfers"] = new JsonArray("basic"), ["hash_algo"] = "sha256", ["objects"] = objects }, "application/vnd.git-lfs+json");
        var answer = JsonNode.Parse(await (await hub.Http.PostAsync("/local/bound.git/info/lfs/objects/batch", batch)).EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
        var hrefs = answer["objects"]!.AsArray().Select(one => new Uri((string)one!["actions"]!["upload"]!["href"]!)).ToList();

        var stage = await TimedAsync(() => EachAsync(set, async n =>
            (await Caller.SendAsync("PUT", hrefs[n], null, "application/octet-stream", set.Photo(n))).Expect(200)), hub.Process);
        await hub.ClearAsync();
        return stage;
    }

    private static StringContent Json(JsonObject body, string type = "application/json") => new(body.ToJsonString(), new MediaTypeHeaderValue(type));

    private static async Task EachAsync(UploadSet set, Func<int, Task> one) =>
        await Parallel.ForEachAsync(Enumerable.Range(0, set.Count), new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (n, _) => await one(n));

    private static async Task<Stage> TimedAsync(Func<Task> work, Child? other)
    {
        var (cpu, from) = (Cpu(other), Stopwatch.GetTimestamp());
        await work();
        return new Stage(Stopwatch.GetElapsedTime(from).TotalSeconds, Cpu(other) - cpu);
    }

    private static double Cpu(Child? other) => Environment.CpuUsage.TotalTime.TotalSeconds + (other?.CpuSeconds ?? 0);

    private sealed record Run(double Wall, double Cpu, double PeakMiB);

    private sealed record Stage(double Wall, double Cpu);

    private sealed record Bound(Stage Received, Stage Hashed, Stage Sent)
    {
        public double Seconds => Math.Max(
            Math.Max(Received.Wall, Math.Max(Hashed.Wall, Sent.Wall)),
            (Received.Cpu + Hashed.Cpu + Sent.Cpu) / Environment.ProcessorCount);
    }
}
