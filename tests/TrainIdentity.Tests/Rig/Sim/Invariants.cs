using Azure.Data.Tables;
using TrainIdentity.Identities;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>What must hold of the tables, whatever happened. Each text names the rule that is broken.</summary>
internal static class Invariants
{
    /// <summary>I13, at any moment.</summary>
    public static void Counters(World world)
    {
        foreach (var owner in world.Owned.GroupBy(row => row.PartitionKey))
        {
            var quota = Quota.Read(owner.FirstOrDefault(row => row.RowKey == Quota.Row));
            List<Identity> records = [.. owner.Where(row => row.RowKey.StartsWith("i_", StringComparison.Ordinal)).Select(IdentityRow.Read)];
            Require(quota.Active == records.Count(record => record.SlotHeld), $"I13: {quota.Active} active are counted, not {records.Count(record => record.SlotHeld)}");
            Require(quota.Drafts == records.Count(record => record.IsOpen), $"I13: {quota.Drafts} drafts are counted, not {records.Count(record => record.IsOpen)}");
            DraftPhotos(owner, records);
            Require(quota.Stored == records.Count(record => record.Stored), $"I13: {quota.Stored} stored are counted, not {records.Count(record => record.Stored)}");
        }
    }

    /// <summary>A draft counts its photos, a thumbnail's row is there exactly if the record says so, and no row outlives what it belongs to.</summary>
    private static void DraftPhotos(IEnumerable<TableEntity> owner, List<Identity> records)
    {
        var photos = owner.Where(row => row.RowKey.StartsWith("p_", StringComparison.Ordinal)).ToLookup(row => row.RowKey[2..34]);
        foreach (var record in records.Where(record => record.IsOpen))
        {
            Require(!record.SlotHeld, $"{record} is open and holds a slot");
            var count = photos[record.Id.RowDigits].Count(row => !IsThumbnail(row));
            Require(count == record.DraftPhotos, $"{record} counts {record.DraftPhotos} photos and has {count}");
        }
        foreach (var record in records.Where(record => record is { Drafted: true, Stored: true, State: not IdentityState.Deleting }))
        {
            Require(photos[record.Id.RowDigits].Any(IsThumbnail) == record.Thumbnail is not null, $"{record} and the row of its thumbnail do not agree");
        }
        foreach (var of in photos)
        {
            Require(records.Any(record => record.Id.RowDigits == of.Key && record is { Drafted: true, Stored: true }), $"I6: {of.Count()} rows of photos are left of {of.Key}");
        }
    }

    private static bool IsThumbnail(TableEntity row) => row.RowKey.EndsWith("_00", StringComparison.Ordinal);

    /// <summary>I3: every write counts one up, and makes a move that exists.</summary>
    public static void Moved(World world)
    {
        foreach (var (_, change) in world.Steps.Where(step => IsRecord(step.Change)))
        {
            if (change is { Before: { } before, After: { } after })
            {
                var (from, to) = (IdentityRow.Read(before), IdentityRow.Read(after));
                Require(to.Seq == from.Seq + 1, $"I3: the count of {to} went from {from.Seq} to {to.Seq}");
                Require(LegalMoves.Allow(from.State, to.State), $"I3: {to} went from {from.State} to {to.State}");
            }
            else if (change.Before is { } removed)
            {
                Require(IdentityRow.Read(removed).State is IdentityState.Deleting, "I3: a record was removed that nobody wanted erased");
            }
        }
    }

    /// <summary>I5, I12 and I17, once everything has had its time.</summary>
    public static void Ended(World world, IReadOnlySet<IdentityId> acknowledged, IReadOnlySet<IdentityId> erased)
    {
        foreach (var record in world.Records)
        {
            Require(record.State is IdentityState.Ready or IdentityState.Failed, $"I17: {record} is still {record.State}");
            Require(record.State is IdentityState.Ready || record.FailureCode is not null, $"{record} failed without a reason");
        }
        var left = world.Records.Select(record => record.Id).ToHashSet();
        foreach (var id in acknowledged.Where(id => !left.Contains(id)))
        {
            Require(erased.Contains(id) || WasErased(world, id), $"I5: {id} was acknowledged and is lost");
        }
        foreach (var id in erased)
        {
            Require(!left.Contains(id), $"I12: {id} was erased and is there");
            Require(!world.Owned.Any(row => row.RowKey.StartsWith("k_", StringComparison.Ordinal) && row.GetString("identity") == id.RowDigits), $"I12: {id} was erased and its key is there");
        }
    }

    /// <summary>Claims stand for records, and work items for work.</summary>
    public static void Index(World world)
    {
        var records = world.Records.ToDictionary(record => record.Id.RowDigits);
        foreach (var row in world.Index.Where(row => row.RowKey.StartsWith("c_", StringComparison.Ordinal)))
        {
            Require(records.TryGetValue(row.GetString("identity"), out var owner) && owner.Repo.ToString() == row.GetString("model_id"), $"the claim of {row.GetString("model_id")} stands for nothing");
        }
        foreach (var row in world.Index.Where(row => row.RowKey.StartsWith("t_", StringComparison.Ordinal) && row.GetString("kind") == nameof(WorkKind.Record)))
        {
            Require(records.TryGetValue(row.GetString("identity"), out var owner) && owner.DueAt is not null, $"a work item is left for {row.GetString("model_id")}");
        }
        foreach (var record in records.Values.Where(record => record.Stored))
        {
            Require(world.Index.Any(row => row.RowKey.StartsWith("c_", StringComparison.Ordinal) && row.GetString("identity") == record.Id.RowDigits), $"{record} has no claim");
            Require(world.Index.Any(row => row.RowKey.StartsWith("t_", StringComparison.Ordinal) && row.GetString("identity") == record.Id.RowDigits), $"nobody will look at {record} again");
        }
    }

    internal static bool IsRecord(RowChange change) => (change.After ?? change.Before)!.RowKey.StartsWith("i_", StringComparison.Ordinal);

    internal static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvariantException(otherwise);
        }
    }

    private static bool WasErased(World world, IdentityId id) => world.Steps.Any(step => step.Change is { Before: { } before, After: null } && before.RowKey == IdentityRow.Key(id));
}

internal sealed class InvariantException(string message) : Exception(message);
