using Azure.Data.Tables;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Reliability;

/// <summary>What holds of the rows, whoever was interrupted where.</summary>
internal static class TableRaceRules
{
    public static readonly QuotaOptions Limits = new() { Active = 2, PerDay = 6, Stored = 3 };

    /// <summary>The counters of an owner are the number of his records that count, at every moment.</summary>
    public static void CheckQuota(TableRace race)
    {
        var rows = race.Rows.Rows(TableRace.Identities);
        var identities = Read(rows);
        var quota = rows.SingleOrDefault(row => row.RowKey == Quota.Row);
        var counted = (quota?.GetInt32("active") ?? 0, quota?.GetInt32("stored") ?? 0);

        Assert.Equal((identities.Count(identity => identity.SlotHeld), identities.Count(identity => identity.Stored)), counted);
        Assert.InRange(counted.Item1, 0, Limits.Active);
        Assert.InRange(counted.Item2, 0, Limits.Stored);
    }

    /// <summary>With every host gone, the work items and claims that are left are enough to go on from.</summary>
    public static void CheckEnd(TableRace race)
    {
        var rows = race.Rows.Rows(TableRace.Identities);
        var index = race.Rows.Rows(TableRace.Index);
        var keys = rows.Where(row => row.RowKey.StartsWith("k_", StringComparison.Ordinal)).ToDictionary(row => row.RowKey, row => row.GetString("identity"));
        foreach (var identity in Read(rows))
        {
            Assert.True(keys.GetValueOrDefault(identity.KeyRow) == identity.Id.RowDigits, $"{identity} has lost its key.");
            if (identity.DueAt is { } due)
            {
                Assert.True(index.Any(row => IsItemOf(row, identity, Latest(identity, due, race.Now))), $"{identity} is {identity.State}, due {due:HH:mm:ss.fff}, and nobody will look at it.");
            }
            Assert.True(identity.DueAt is not null || identity is { State: IdentityState.Failed, RetainUntil: null }, $"{identity} is {identity.State} and never due.");
            var claimed = index.Any(row => row.RowKey.StartsWith("c_", StringComparison.Ordinal) && row.GetString("identity") == identity.Id.RowDigits
                && row.GetString("model_id") == identity.Repo.ToString());
            Assert.True(claimed || identity.State is IdentityState.Compensating or IdentityState.Failed or IdentityState.Deleting, $"{identity} is {identity.State} without a claim.");
        }
    }

    /// <summary>An item that came before its time, or during a lease, was put off.</summary>
    private static DateTimeOffset Latest(Identity identity, DateTimeOffset due, DateTimeOffset now) =>
        new[] { due, identity.Lease?.Until ?? due, now.AddSeconds(30) }.Max();

    private static bool IsItemOf(TableEntity row, Identity identity, DateTimeOffset due) =>
        row.RowKey.StartsWith("t_", StringComparison.Ordinal) && row.GetString("kind") == nameof(WorkKind.Record)
        && row.GetString("identity") == identity.Id.RowDigits && row.GetString("model_id") == identity.Repo.ToString()
        && (row.GetDateTimeOffset("due_at") <= due || SameMoment.Of(row.GetDateTimeOffset("due_at"), due));

    private static List<Identity> Read(IReadOnlyList<TableEntity> rows) =>
        [.. rows.Where(row => row.RowKey.StartsWith("i_", StringComparison.Ordinal)).Select(IdentityRow.Read)];
}
