using Azure;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Reliability;

/// <summary>What becomes of a call that waits at a host's gate.</summary>
internal enum TableFate
{
    Goes,

    /// <summary>503: not applied.</summary>
    Busy,

    /// <summary>Applied, and the answer lost: the client repeats it.</summary>
    Lost,

    /// <summary>The host dies here.</summary>
    Dies,
}

/// <summary>The host has died; nothing of it runs on.</summary>
internal sealed class HostGoneException() : Exception("The host has died.");

/// <summary>A host with its own clock, its own clients and a gate at which every call waits for its turn.</summary>
internal sealed class TableRaceHost
{
    private TaskCompletionSource<TableFate>? _waiting;
    private Task _running = Task.CompletedTask;

    public TableRaceHost(int number, TableRace race, TimeSpan ahead, bool gated = true)
    {
        Number = number;
        Clock = new StorageClock(new TableRaceClock(() => race.Now + ahead));
        TableGate? gate = gated ? PassAsync : null;
        Tables = new IdentityTables(race.Rows.Client(TableRace.Identities, gate, Clock), race.Rows.Client(TableRace.Index, gate, Clock), Clock);
    }

    public int Number { get; }

    public StorageClock Clock { get; }

    public IdentityTables Tables { get; }

    /// <summary>The call that waits, and where; null while the host runs or when it has ended.</summary>
    public (TableCall Call, TableMoment Moment)? At { get; private set; }

    public bool Ended => _running.IsCompleted;

    /// <summary>A claim has been made whose record is still to come; the product lets that take a minute at most.</summary>
    public bool Reserving { get; set; }

    public bool Waits => At is not null;

    public void Start(Func<Task> steps) => _running = LiveAsync(steps);

    public void Release(TableFate fate)
    {
        var waiting = _waiting!;
        (_waiting, At) = (null, null);
        waiting.SetResult(fate);
    }

    /// <summary>Throws what went wrong in a host that has ended.</summary>
    public void Check() => _running.GetAwaiter().GetResult();

    private static async Task LiveAsync(Func<Task> steps)
    {
        try
        {
            await steps();
        }
        catch (HostGoneException)
        {
            // Others go on without it.
        }
    }

    private async ValueTask PassAsync(TableCall call, TableMoment moment, CancellationToken stop)
    {
        // Whether the answer to a read gets through makes no difference to the tables.
        if (moment is TableMoment.After && call.Operation is ("Get" or "Query"))
        {
            return;
        }

        _waiting = new TaskCompletionSource<TableFate>();
        At = (call, moment);
        switch (await _waiting.Task)
        {
            case TableFate.Busy:
                throw new RequestFailedException(503, "ServerBusy", "ServerBusy", null);
            case TableFate.Lost:
                throw new IOException("The answer was lost.");
            case TableFate.Dies:
                throw new HostGoneException();
            default:
                return;
        }
    }
}
