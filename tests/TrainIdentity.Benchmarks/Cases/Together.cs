using System.Diagnostics;
using static TrainIdentity.Benchmarks.Report;

namespace TrainIdentity.Benchmarks;

/// <summary>Uploads of several people at once in one process: what it holds is bounded, and who does not fit is told so at once.</summary>
internal static class Together
{
    private static readonly int[] Crowds = [1, 8, 32];

    public static async Task RunAsync(Bench bench)
    {
        using var set = UploadSet.Make(bench.Theatre, bench.Trial ? 3 : 10, bench.Trial ? 1 : 5);
        await using var hub = await bench.Theatre.HubAsync();
        var rows = new List<IReadOnlyList<string>>();
        foreach (var people in bench.Trial ? [2] : Crowds)
        {
            List<double> walls = [], peaks = [];
            var (taken, busy) = (0, 0);
            for (var n = 0; n < bench.Times(3); n++)
            {
                await hub.ClearAsync();

                // Room for eight of them: what is over that is refused before its photos are read.
                var one = new FileInfo(UploadSet.Json(set).File).Length;
                await using var service = await bench.Theatre.ServiceAsync(
                    hub, ("Limits__OneShotBytes", $"{one}"), ("Limits__BytesInFlight", $"{8 * one}"), ("Limits__SmallBytes", "0"), ("Limits__KeptForSmallBytes", "0"));
                var (type, file) = UploadSet.Json(set);
                var from = Stopwatch.GetTimestamp();
                var replies = await Task.WhenAll(Enumerable.Range(0, people).Select(_ =>
                    Caller.SendAsync("POST", new Uri(service.Url, "/api/train-identity"), bench.Theatre.Issuer.Token($"together-{Guid.NewGuid():N}"), type, file)));
                walls.Add(Stopwatch.GetElapsedTime(from).TotalSeconds);
                peaks.Add(service.Process.PeakMiB);
                taken += replies.Count(one => one.Status is 200);
                busy += replies.Count(one => one.Status is 503);
            }
            rows.Add([$"{people}", $"{taken}", $"{busy}", Spread(new Series(walls)), Spread(new Series(peaks))]);
        }
        bench.Report.Add("together", [$"Uploads of {set.Name} at once", "taken, all runs", "refused as busy", "wall s", "peak MiB"], rows);
    }
}
