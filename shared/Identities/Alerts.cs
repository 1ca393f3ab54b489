using Microsoft.Extensions.Logging;

namespace TrainIdentity.Identities;

/// <summary>What an operator must see. Stored by name.</summary>
public enum AlertKind
{
    /// <summary>A repo was public; it has been made private again, or everything of it is being removed.</summary>
    PublicRepo,

    /// <summary>A repo vanished without us.</summary>
    RepoGone,

    /// <summary>A repo was renamed or moved on the Hub.</summary>
    RepoMoved,

    /// <summary>More repos seem gone than a day may take; nothing more is concluded today.</summary>
    TooManyGone,

    /// <summary>A repo of ours has no record, or none has a claim. Nothing is deleted for that.</summary>
    Orphan,

    /// <summary>An erasure is older than a day.</summary>
    SlowErasure,

    /// <summary>A work item keeps failing.</summary>
    PoisonItem,

    /// <summary>The Hub does not accept our token.</summary>
    HubToken,

    /// <summary>Work is due for longer than it should be.</summary>
    Backlog,

    /// <summary>The clock of a host and that of the tables differ.</summary>
    ClockDrift,

    /// <summary>The day's budget of training starts is used up.</summary>
    BudgetSpent,

    /// <summary>The weights of a ready identity are not in its repo as they were; its photos are left alone.</summary>
    WeightsGone,

    /// <summary>No training can succeed until an operator has done something; <c>status</c> says what.</summary>
    TrainingUnfit,
}

/// <summary>Tells the operator: in the log, as a metric, and in a row that the <c>status</c> command reads.</summary>
public sealed partial class Alerts
{
    /// <summary>Rows of alerts, one for each kind that was ever raised.</summary>
    internal const string RowPrefix = "a_";

    /// <summary>The log tells the same of the same identity no more often than this; counters and rows count every time.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(AlertKind, IdentityId?), DateTimeOffset> _told = [];
    private readonly IdentityTables _tables;
    private readonly Telemetry _telemetry;
    private readonly TimeProvider _clock;
    private readonly ILogger<Alerts> _logger;

    internal Alerts(IdentityTables tables, Telemetry telemetry, TimeProvider clock, ILogger<Alerts> logger) =>
        (_tables, _telemetry, _clock, _logger) = (tables, telemetry, clock, logger);

    /// <summary>Never fails because of the tables: the log has it already.</summary>
    public async Task RaiseAsync(AlertKind kind, IdentityId? identity, CancellationToken stop)
    {
        var now = _clock.GetUtcNow();
        if (IsNews(kind, identity, now))
        {
            Log.Raised(_logger, kind, identity?.ToString() ?? "none");
        }
        _telemetry.Alerted(kind.ToString());
        try
        {
            await _tables.Service.ChangeAsync($"{RowPrefix}{kind}", row =>
            {
                row["count"] = (row.GetInt64("count") ?? 0) + 1;
                row["last_at"] = now;
                row["identity"] = identity?.ToString() ?? "";
            }, stop);
        }
        catch (Exception e) when (TableTrouble.Is(e))
        {
            Log.NotKept(_logger, kind, e.GetType().Name);
        }
    }

    private bool IsNews(AlertKind kind, IdentityId? identity, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_told.TryGetValue((kind, identity), out var at) && now - at < Quiet)
            {
                return false;
            }

            foreach (var (old, told) in _told)
            {
                if (now - told >= Quiet)
                {
                    _told.Remove(old);
                }
            }
            _told[(kind, identity)] = now;
            return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Alert {Kind} for identity {Identity}.")]
        public static partial void Raised(ILogger logger, AlertKind kind, string identity);

        [LoggerMessage(2, LogLevel.Warning, "Alert {Kind} could not be kept ({Cause}).")]
        public static partial void NotKept(ILogger logger, AlertKind kind, string cause);
    }
}
