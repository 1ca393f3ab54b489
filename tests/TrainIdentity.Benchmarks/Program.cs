using System.Globalization;
using TrainIdentity.Benchmarks;

const string Usage = "TrainIdentity.Benchmarks [--test] [CASE …]";

var cases = new Dictionary<string, Func<Bench, Task>>
{
    ["one-shot"] = OneShot.RunAsync,
    ["photo-by-photo"] = PhotoByPhoto.RunAsync,
    ["cleaning"] = Cleaning.RunAsync,
    ["start-up"] = StartUp.RunAsync,
    ["growth"] = Growth.RunAsync,
    ["together"] = Together.RunAsync,
    ["one-training"] = OneTraining.RunAsync,
};
switch (args)
{
    case [Sink.Verb]:
        await Sink.RunAsync();
        return 0;
    case [Cleaning.Verb, var sample, var spool, var bytes]:
        CleaningSides.Run(sample, spool, int.Parse(bytes, CultureInfo.InvariantCulture));
        return 0;
}
var asked = args.Where(word => word is not "--test").ToList();
if (asked.Find(word => !cases.ContainsKey(word)) is { } unknown)
{
    Console.Error.WriteLine($"There is no case {unknown}. {Usage}, where a case is one of: {string.Join(", ", cases.Keys)}");
    return 2;
}

var root = Clone.Root();
var report = new Report();
int end;
await using (var theatre = await Theatre.OpenAsync(root))
{
    var bench = new Bench(theatre, report, args.Contains("--test"));
    foreach (var (name, run) in cases)
    {
        if (asked.Count is 0 || asked.Contains(name)) await run(bench);
    }
    end = report.End();
    if (!bench.Trial && asked.Count is 0) PerformancePage.Write(Path.Combine(root, "docs", "performance.md"), report, DateTimeOffset.UtcNow);
}
return end;
