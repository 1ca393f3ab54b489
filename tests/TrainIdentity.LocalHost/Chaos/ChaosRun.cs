using System.Diagnostics;
using System.Text.Json;
using TrainIdentity.HubEmulator.Journal;

namespace TrainIdentity.LocalHost;

/// <summary>The verb <c>chaos</c>: users, kills and faults all at once, then quiet, then the reckoning.</summary>
public sealed class ChaosRun(ChaosOptions options)
{
    private const int SeedsPerPart = 100;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Ledger _ledger = new();

    /// <returns>The exit code: 0 when every promise was kept.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var outcome = "not finished";
        try
        {
            var breaches = await RunOnceAsync(stop);
            foreach (var breach in breaches) options.Output.WriteLine($"BREACH: {breach}");
            outcome = breaches.Count is 0 ? "no breach" : $"{breaches.Count} breaches";
            return breaches.Count is 0 ? 0 : 1;
        }
        catch (Exception reason) when (reason is LocalHostException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            options.Output.WriteLine(reason.Message.ReplaceLineEndings(" "));
            return 1;
        }
        finally
        {
            options.Output.WriteLine($"{outcome}, seed {options.Seed}");
        }
    }

    private async Task<IReadOnlyList<string>> RunOnceAsync(CancellationToken stop)
    {
        using var log = new ChaosLog(options.LogFile, _ledger);
        await using var stack = await ChaosStack.StartAsync(options, log.Add, stop);
        Say($"{options.Users} users, a storm of {options.Duration.TotalMinutes:0.##} minutes, seed {options.Seed}");
        await StormAsync(stack, stop);
        Say("the storm is over");
        var restless = await new Rest(stack, Say).WaitAsync(stop);
        Say(restless.Count is 0 ? "all is at rest" : "it does not come to rest");
        await options.BeforeVerdict(stack);

        var rows = await StoredRows.ReadAsync(stack.TableConnectionString, stop);
        List<string> breaches = [.. _ledger.Breaches, .. restless, .. await VerdictAsync(stack, rows)];
        if (stack.FunctionsHost.WentDown.IsCompleted) breaches.Add(await stack.FunctionsHost.WentDown);
        new ChaosReport(stack, _ledger, rows).Write(options.Output);
        foreach (var entry in stack.Emulator.Journal.Entries) log.Add($"journal | {Text(entry)}");
        return breaches;
    }

    private async Task StormAsync(LocalStack stack, CancellationToken stop)
    {
        using var storm = CancellationTokenSource.CreateLinkedTokenSource(stop);
        storm.CancelAfter(options.Duration);
        var photos = NoisePhotos.Load();
        var clients = Enumerable.Range(1, options.Users).ToDictionary(n => n, n => NewClient(stack, User(n)));
        var users = clients.Select(one => new ChaosUser(User(one.Key), Seed(one.Key), photos, one.Value, _ledger).RunAsync(storm.Token));
        await Task.WhenAll([.. users, new Disturber(stack, Seed(0), _ledger).RunAsync(storm.Token)]);
        foreach (var client in clients.Values) client.Dispose();
        stop.ThrowIfCancellationRequested();
    }

    private async Task<IReadOnlyList<string>> VerdictAsync(LocalStack stack, StoredRows rows)
    {
        var clients = _ledger.Wishes.Select(wish => wish.User).Distinct().ToDictionary(user => user, user => NewClient(stack, user));
        var records = await new RecordVerdict(rows, _ledger, (wish, id) => clients[wish.User].GetAsync(id)).BreachesAsync();
        foreach (var client in clients.Values) client.Dispose();
        var course = new JournalVerdict(stack.Emulator.Journal.Entries, _ledger.Wishes);
        return [.. records, .. new HubVerdict(rows, stack.Emulator).Breaches(), .. course.Breaches()];
    }

    private ChaosClient NewClient(LocalStack stack, string user) => new(stack.Service, stack.TokenIssuer.Token(user), _ledger);

    private static string User(int number) => $"user{number}";

    private int Seed(int part) => unchecked((options.Seed * SeedsPerPart) + (part * 10));

    private static string Text(JournalEntry entry) => $"{entry.At:HH:mm:ss.fff} {JsonSerializer.Serialize(entry)}";

    private void Say(string step) => options.Output.WriteLine($"[{Stopwatch.GetElapsedTime(_started).TotalSeconds,6:0.0} s] {step}");
}
