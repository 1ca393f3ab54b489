using TrainIdentity.HubEmulator.Faults;
using TrainIdentity.HubEmulator.Jobs;

namespace TrainIdentity.LocalHost;

/// <summary>Kills the service, makes the Hub fail, jobs go wrong and webhooks go astray until the storm ends.</summary>
internal sealed class Disturber(LocalStack stack, int seed, Ledger ledger)
{
    private const int MostSlowMilliseconds = 4_000;
    private const int MostCalls = 4;
    private const int MostDeliveries = 12;

    private static readonly string[] Routes =
    [
        "whoami", "create", "info", "settings", "preupload", "batch", "put", "verify", "commit", "tree", "paths", "resolve", "download",
        "history", "jobs.start", "jobs.list", "jobs.get", "jobs.cancel", "jobs.logs", "delete",
    ];

    private static readonly int[] Statuses = [500, 502, 503, 504, 408];

    private readonly Random _faults = new(seed);
    private readonly Random _kills = new(seed + 1);
    private readonly Random _releases = new(seed + 2);
    private readonly Random _plays = new(seed + 3);

    public async Task RunAsync(CancellationToken stormEnds)
    {
        await Task.WhenAll(
            EveryAsync(_kills, 5_000, 10_000, Kill, stormEnds),
            EveryAsync(_faults, 200, 1_200, AddFault, stormEnds),
            EveryAsync(_releases, 2_000, 7_000, stack.Emulator.Faults.Clear, stormEnds),
            EveryAsync(_plays, 500, 2_500, ChangePlay, stormEnds));
        stack.Emulator.Faults.Clear();
        stack.Emulator.Play = JobPlays.Succeed;
    }

    private static async Task EveryAsync(Random random, int least, int most, Action act, CancellationToken stormEnds)
    {
        while (await Pause.ForAsync(TimeSpan.FromMilliseconds(random.Next(least, most)), stormEnds)) act();
    }

    private void Kill()
    {
        stack.FunctionsHost.KillHandler();
        ledger.Count("kills");
    }

    private void AddFault() => stack.Emulator.Faults.Add(_faults.Next(5) is 0 ? Stray() : Failure());

    /// <summary>A webhook that is lost, doubled, or overtaken by those after it.</summary>
    private Fault Stray()
    {
        var (times, slow) = (_faults.Next(1, MostDeliveries), _faults.Next(MostSlowMilliseconds));
        return _faults.Next(3) switch
        {
            0 => new Fault("webhook", FaultKind.Lose, times),
            1 => new Fault("webhook", FaultKind.Duplicate, times),
            _ => new Fault("webhook", FaultKind.Delay, times, Milliseconds: slow),
        };
    }

    private Fault Failure()
    {
        var (route, times, status) = (Routes[_faults.Next(Routes.Length)], _faults.Next(1, MostCalls), Statuses[_faults.Next(Statuses.Length)]);
        var (after, slow) = (_faults.Next(2) is 0, _faults.Next(MostSlowMilliseconds));
        return _faults.Next(16) switch
        {
            0 or 1 => new Fault(route, FaultKind.Hold, After: after),
            2 or 3 => new Fault(route, FaultKind.Cut, times, After: after),
            4 or 5 => new Fault(route, FaultKind.Status, times, status),
            6 or 7 or 8 => new Fault(route, FaultKind.ErrorAfterEffect, times, 504),
            9 => new Fault(route, FaultKind.RateLimit, times),
            10 => new Fault("create", FaultKind.Busy, times),
            11 or 12 => new Fault(route, FaultKind.Delay, times, Milliseconds: slow, After: after),
            13 => new Fault(route, FaultKind.Html, times),
            14 => new Fault("put", FaultKind.CutBody, times, Bytes: slow),
            _ => Rare(times),
        };
    }

    private Fault Rare(int times) => _faults.Next(7) switch
    {
        0 => new Fault("create", FaultKind.Public),
        1 => new Fault("commit", FaultKind.StaleParent),
        2 => new Fault("put", FaultKind.ExpireUrls, times),
        3 => new Fault("put", FaultKind.S3Timeout, times),
        4 => new Fault("batch", FaultKind.BatchObjectError),
        5 => new Fault("info", FaultKind.TokenRevoked, times),
        _ => new Fault("jobs.start", FaultKind.Status, Status: 402),
    };

    private void ChangePlay() => stack.Emulator.Play = _plays.Next(10) switch
    {
        0 => JobPlays.FailWithResult(),
        1 => JobPlays.ErrorWithoutResult(),
        2 => JobPlays.Hang,
        3 => JobPlays.InvalidWeights,
        4 => JobPlays.StuckInScheduling,
        5 => JobPlays.CompleteWithoutResult,
        _ => JobPlays.Succeed,
    };
}
