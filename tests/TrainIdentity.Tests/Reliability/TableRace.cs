using System.Text;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>
/// Two to four hosts over the same tables, each on random legal steps of one owner's identities. One call at a time is let
/// through, chosen by the seed; some answers are lost, some calls refused, some hosts die, and now and then time jumps past
/// a lease.
/// </summary>
internal sealed class TableRace
{
    public const string Identities = "Identities";
    public const string Index = "Index";
    public const string Owner = "mira";
    private const int LongestRace = 5_000;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Random _random;
    private readonly List<(int Host, TableCall? Call, TableMoment Moment, TableFate Fate)> _trace = [];
    private readonly List<TableRaceHost> _hosts = [];
    private bool _changed;

    private TableRace(int seed)
    {
        _random = new Random(seed);
        Rows = new MemoryTables(new TableRaceClock(() => Now)).With(Identities, Index);
        History = new TableRaceHistory();
        Rows.Changed = change =>
        {
            _changed |= change.Table == Identities;
            History.Add(change);
        };
    }

    public DateTimeOffset Now { get; private set; } = Start;

    public MemoryTables Rows { get; }

    public TableRaceHistory History { get; }

    /// <summary>Identities somebody was told of; nobody else can ask for one.</summary>
    public List<TrainIdentity.Identities.IdentityId> Known { get; } = [];

    /// <returns>What happened, in order.</returns>
    public static string Run(int seed)
    {
        var race = new TableRace(seed);
        try
        {
            TableRaceLoop.Run(race.Go);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{race.Told(40)}", e);
        }
        return race.Told(int.MaxValue);
    }

    private void Go(TableRaceLoop loop)
    {
        Prepare(loop);
        var hosts = _random.Next(2, 5);
        for (var number = 1; number <= hosts; number++)
        {
            var host = new TableRaceHost(number, this, TimeSpan.FromSeconds(_random.Next(-600, 601)));
            var steps = new TableRaceSteps(this, host, new Random(_random.Next()));
            _hosts.Add(host);
            host.Start(() => steps.SomeAsync(_random.Next(1, 4)));
            Settle(loop, host);
        }
        for (var step = 0; _hosts.Any(host => host.Waits); step++)
        {
            Assert.True(step < LongestRace, "The race does not end.");
            _changed = false;
            Next(loop);
            if (_changed)
            {
                TableRaceRules.CheckQuota(this);
            }
        }
        TableRaceRules.CheckEnd(this);
    }

    /// <summary>Up to two identities, somewhere in their lives.</summary>
    private void Prepare(TableRaceLoop loop)
    {
        for (var i = _random.Next(3); i > 0; i--)
        {
            var host = new TableRaceHost(0, this, TimeSpan.Zero, gated: false);
            var steps = new TableRaceSteps(this, host, new Random(_random.Next()));
            host.Start(() => steps.LiveAsync(_random.Next(12)));
            loop.Until(() => host.Ended);
            host.Check();
        }
    }

    private void Next(TableRaceLoop loop)
    {
        PassTime();
        var waiting = _hosts.FindAll(host => host.Waits);
        var host = waiting[_random.Next(waiting.Count)];
        var (call, moment) = host.At!.Value;
        var fate = Fate(moment);
        _trace.Add((host.Number, call, moment, fate));
        History.By(host.Number);
        host.Release(fate);
        Settle(loop, host);
    }

    /// <summary>Runs one host until it waits at its gate again or has ended.</summary>
    private static void Settle(TableRaceLoop loop, TableRaceHost host)
    {
        loop.Until(() => host.Waits || host.Ended);
        if (host.Ended)
        {
            host.Check();
        }
    }

    private TableFate Fate(TableMoment moment) => _random.Next(100) switch
    {
        0 => TableFate.Dies,
        1 or 2 when moment is TableMoment.Before => TableFate.Busy,
        < 6 when moment is TableMoment.After => TableFate.Lost,
        _ => TableFate.Goes,
    };

    /// <summary>Every call takes a moment. A jump is a host that hangs for longer than its lease, or than a client is waited for.</summary>
    private void PassTime()
    {
        Now += TimeSpan.FromMilliseconds(_random.Next(1, 40)) + TimeSpan.FromTicks(_random.Next(10_000));
        var jump = _random.Next(100);
        if (jump < 4 && !_hosts.Any(host => host.Reserving))
        {
            Now += jump == 0 ? TimeSpan.FromMinutes(16) : TimeSpan.FromSeconds(130);
            _trace.Add((0, null, TableMoment.Before, TableFate.Goes));
        }
    }

    private string Told(int last)
    {
        var told = new StringBuilder();
        foreach (var (host, call, moment, fate) in _trace.Skip(Math.Max(0, _trace.Count - last)))
        {
            told.AppendLine(call is null ? "time jumps" : $"host {host}: {call} {(moment is TableMoment.Before ? "" : "answers, ")}{fate}");
        }
        return told.Append(History.Told(last)).ToString();
    }
}
