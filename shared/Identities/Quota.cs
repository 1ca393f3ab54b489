using System.Globalization;
using Azure;
using Azure.Data.Tables;
using TrainIdentity.Training;

namespace TrainIdentity.Identities;

/// <summary>What one user may have and do. A quota is checked and taken in the transaction that accepts the work.</summary>
public sealed class QuotaOptions
{
    /// <summary>Uploads and trainings under way at a time.</summary>
    public int Active { get; set; } = 2;

    /// <summary>Trainings accepted a day, counted in UTC, retries included.</summary>
    public int PerDay { get; set; } = 5;

    /// <summary>Identities that have something on the Hub.</summary>
    public int Stored { get; set; } = 20;

    /// <summary>Drafts open at a time.</summary>
    public int Drafts { get; set; } = 3;

    /// <summary>Of cleaned photos, a day.</summary>
    public long BytesPerDay { get; set; } = 4_194_304_000;

    /// <summary>Estimated cost of the trainings accepted a day, in US dollars; null sets no limit besides their number.</summary>
    public decimal? UsdPerDay { get; set; }

    public IEnumerable<string> Faults() => new SettingBounds("Quota")
        .Of(Active, 1, 1_000_000)
        .Of(PerDay, 1, 1_000_000)
        .Of(Stored, 1, 1_000_000)
        .Of(Drafts, 0, 1_000_000)
        .Of(BytesPerDay, 1, 1_000_000_000_000_000)
        .When(UsdPerDay < 0, "Quota__UsdPerDay must not be negative.")
        .Faults;
}

/// <summary>Which quota is used up.</summary>
public enum QuotaLimit
{
    Active,
    PerDay,
    Stored,
    BytesPerDay,
    Drafts,
    UsdPerDay,
}

/// <summary>A user's counters, one row of the partition they count. Changed only together with the record that changes them.</summary>
internal sealed record Quota
{
    public const string Row = "q";

    private const string DayFormat = "yyyyMMdd";

    public int Active { get; private init; }

    public int Stored { get; private init; }

    public int Drafts { get; private init; }

    public int StartedToday { get; private init; }

    public long BytesToday { get; private init; }

    public long MicroUsdToday { get; private init; }

    private string Day { get; init; } = "";

    private ETag Tag { get; init; }

    public bool Exists => Tag != default;

    /// <summary>Nothing counts any more, so the row may go.</summary>
    public bool IsIdle(DateTimeOffset now) => this is { Active: 0, Stored: 0, Drafts: 0 } && Day != Today(now);

    /// <summary>Until the daily counters begin anew.</summary>
    public static TimeSpan UntilTomorrow(DateTimeOffset now) => now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime;

    /// <returns>Null where only the user can make room.</returns>
    public static TimeSpan? RetryAfter(QuotaLimit over, DateTimeOffset now) => over is QuotaLimit.PerDay or QuotaLimit.BytesPerDay or QuotaLimit.UsdPerDay ? UntilTomorrow(now) : null;

    public static Quota Read(TableEntity? row) => row is null ? new Quota() : new Quota
    {
        Active = RowFormat.Known(row).GetInt32("active")!.Value,
        Stored = row.GetInt32("stored")!.Value,
        Drafts = row.GetInt32("drafts")!.Value,
        Day = row.GetString("day"),
        StartedToday = row.GetInt32("started_today")!.Value,
        BytesToday = row.GetInt64("bytes_today")!.Value,
        MicroUsdToday = row.GetInt64("micro_usd_today")!.Value,
        Tag = row.ETag,
    };

    /// <summary>As it is after a record went from one state to the next; null where there was or will be none.</summary>
    public Quota After(Identity? before, Identity? next)
    {
        var after = this with
        {
            Active = Active + Count(next?.SlotHeld) - Count(before?.SlotHeld),
            Stored = Stored + Count(next?.Stored) - Count(before?.Stored),
            Drafts = Drafts + Count(next?.IsOpen) - Count(before?.IsOpen),
        };
        return before?.CountedAt is { } counted && Day == Today(counted) && IsForgiven(before, next)
            ? after with { StartedToday = StartedToday - 1, MicroUsdToday = MicroUsdToday - before.EstimatedMicroUsd }
            : after;
    }

    /// <summary>With one more identity, to see whether there is room before anything is claimed for it.</summary>
    public Quota OneMore(long bytes, long microUsd, DateTimeOffset now) => Started(bytes, microUsd, now) with { Active = Active + 1, Stored = Stored + 1 };

    /// <summary>With one more draft, to see whether there is room before anything is claimed for it.</summary>
    public Quota OneMoreDraft() => this with { Drafts = Drafts + 1, Stored = Stored + 1 };

    /// <summary>With one more training accepted today.</summary>
    public Quota Started(long bytes, long microUsd, DateTimeOffset now) =>
        Brought(bytes, now) with { StartedToday = Of(now).StartedToday + 1, MicroUsdToday = Of(now).MicroUsdToday + microUsd };

    /// <summary>With so many more bytes taken today.</summary>
    public Quota Brought(long bytes, DateTimeOffset now) => Of(now) with { BytesToday = Of(now).BytesToday + bytes };

    /// <returns>What is exceeded; null when all is within its limits.</returns>
    public QuotaLimit? Exceeds(QuotaOptions limits) =>
        Active > limits.Active ? QuotaLimit.Active
        : Stored > limits.Stored ? QuotaLimit.Stored
        : Drafts > limits.Drafts ? QuotaLimit.Drafts
        : StartedToday > limits.PerDay ? QuotaLimit.PerDay
        : BytesToday > limits.BytesPerDay ? QuotaLimit.BytesPerDay
        : MicroUsdToday > limits.UsdPerDay * TrainingPrice.MicroPerUsd ? QuotaLimit.UsdPerDay
        : null;

    public TableTransactionAction Write(string partition)
    {
        var row = new TableEntity(partition, Row)
        {
            ["active"] = Active,
            ["stored"] = Stored,
            ["drafts"] = Drafts,
            ["day"] = Day,
            ["started_today"] = StartedToday,
            ["bytes_today"] = BytesToday,
            ["micro_usd_today"] = MicroUsdToday,
        };
        return Exists
            ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, Tag)
            : new TableTransactionAction(TableTransactionActionType.Add, row);
    }

    public TableTransactionAction Delete(string partition) =>
        new(TableTransactionActionType.Delete, new TableEntity(partition, Row), Tag);

    private Quota Of(DateTimeOffset now) => Day == Today(now) ? this : this with { Day = Today(now), StartedToday = 0, BytesToday = 0, MicroUsdToday = 0 };

    /// <summary>A training that came to nothing costs its owner nothing, unless the owner ended it.</summary>
    private static bool IsForgiven(Identity before, Identity? next) =>
        before.SlotHeld && next is { SlotHeld: false, State: not (IdentityState.Ready or IdentityState.Deleting), FailureCode: not Failures.Canceled };

    private static string Today(DateTimeOffset now) => now.UtcDateTime.ToString(DayFormat, CultureInfo.InvariantCulture);

    private static int Count(bool? counted) => counted is true ? 1 : 0;
}
