using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>Whose a repo is.</summary>
internal sealed record Claim(string OwnerKey, IdentityId Identity, RepoId Repo, ETag Tag);

/// <summary>A hint that a record wants looking at. The record decides what is to be done.</summary>
internal sealed record WorkItem(string Bucket, string Row, string OwnerKey, IdentityId Identity, RepoId Repo, DateTimeOffset Due, int Tries, ETag Tag);

/// <summary>
/// Claims and work items in sixteen partitions chosen by the repo, so that a claim and its first work item are written
/// together. There is no way to read it by user.
/// </summary>
internal sealed class IdentityIndex(TableClient table, TimeProvider clock)
{
    private const string DueFormat = "yyyyMMddHHmmssfff";
    private const string Hex = "0123456789abcdef";

    /// <returns>False when the name is taken by another record.</returns>
    public async Task<bool> ClaimAsync(Identity identity, DateTimeOffset due, CancellationToken stop)
    {
        var opId = Guid.NewGuid();
        var bucket = Bucket(identity.Repo);
        var claim = new TableEntity(bucket, ClaimRow(identity.Repo))
        {
            ["op_id"] = opId,
            ["owner_key"] = identity.OwnerKey,
            ["identity"] = identity.Id.RowDigits,
            ["model_id"] = identity.Repo.ToString(),
            ["created_at"] = clock.GetUtcNow(),
        };
        try
        {
            await table.SubmitTransactionAsync(TableRules.Checked(
            [
                new TableTransactionAction(TableTransactionActionType.Add, claim),
                new TableTransactionAction(TableTransactionActionType.Add, Item(identity, due, 0)),
            ]), stop);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409)
        {
            var found = await table.GetEntityIfExistsAsync<TableEntity>(bucket, ClaimRow(identity.Repo), cancellationToken: stop);
            return found is { HasValue: true, Value: { } row } && row.GetGuid("op_id") == opId;
        }
    }

    public async Task<Claim?> FindAsync(RepoId repo, CancellationToken stop)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Bucket(repo), ClaimRow(repo), cancellationToken: stop);
        return found is { HasValue: true, Value: { } row }
            ? new Claim(row.GetString("owner_key"), IdentityId.FromRowDigits(row.GetString("identity")), RepoId.Parse(row.GetString("model_id")), row.ETag)
            : null;
    }

    public Task ReleaseAsync(RepoId repo, ETag tag, CancellationToken stop) => DeleteAsync(Bucket(repo), ClaimRow(repo), tag, stop);

    /// <summary>The same item twice is one item.</summary>
    public async Task ScheduleAsync(Identity identity, DateTimeOffset due, CancellationToken stop)
    {
        try
        {
            await table.AddEntityAsync(TableRules.Checked(Item(identity, due, 0)), stop);
        }
        catch (RequestFailedException e) when (e.Status is 409)
        {
            // Due at the same millisecond already.
        }
    }

    /// <summary>Queues the record for this moment and gives the item back; null when somebody has worked it off already.</summary>
    public async Task<WorkItem?> PokeAsync(Identity identity, DateTimeOffset now, CancellationToken stop)
    {
        await ScheduleAsync(identity, now, stop);
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Bucket(identity.Repo), ItemRow(identity.Id, now), cancellationToken: stop);
        return found is { HasValue: true, Value: { } row } ? Read(row) : null;
    }

    public async Task DropAsync(Identity identity, DateTimeOffset due, CancellationToken stop)
    {
        var (bucket, row) = (Bucket(identity.Repo), ItemRow(identity.Id, due));
        var found = await table.GetEntityIfExistsAsync<TableEntity>(bucket, row, ["RowKey"], stop);
        if (found is { HasValue: true, Value: { } item })
        {
            await DeleteAsync(bucket, row, item.ETag, stop);
        }
    }

    public Task DropAsync(WorkItem item, CancellationToken stop) => DeleteAsync(item.Bucket, item.Row, item.Tag, stop);

    /// <summary>Puts an item off: the later one is there before the earlier one goes.</summary>
    public async Task PostponeAsync(WorkItem item, DateTimeOffset due, CancellationToken stop)
    {
        var later = item with { Due = due, Tries = item.Tries + 1 };
        try
        {
            await table.AddEntityAsync(TableRules.Checked(Item(later.Bucket, later.OwnerKey, later.Identity, later.Repo, later.Due, later.Tries)), stop);
        }
        catch (RequestFailedException e) when (e.Status is 409)
        {
            // Somebody queued the same moment.
        }
        await DropAsync(item, stop);
    }

    /// <summary>Items that are due, the oldest of every bucket first.</summary>
    public async Task<IReadOnlyList<WorkItem>> DueAsync(DateTimeOffset now, int perBucket, CancellationToken stop)
    {
        List<WorkItem> due = [];
        foreach (var digit in Hex)
        {
            var bucket = $"b_{digit}";
            var end = $"t_{Stamp(now)}~";
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {bucket} and RowKey ge {"t_"} and RowKey lt {end}");
            await foreach (var page in table.QueryAsync<TableEntity>(filter, perBucket, cancellationToken: stop).AsPages())
            {
                due.AddRange(page.Values.Select(Read));
                if (page.Values.Count > 0)
                {
                    break;
                }
            }
        }
        return [.. due.OrderBy(item => item.Due)];
    }

    /// <summary>A row that is gone, or was written again meanwhile, is somebody else's matter.</summary>
    private async Task DeleteAsync(string bucket, string row, ETag tag, CancellationToken stop)
    {
        try
        {
            await table.DeleteEntityAsync(bucket, row, tag, stop);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            // Left as it is.
        }
    }

    private static WorkItem Read(TableEntity row) => new(
        row.PartitionKey, row.RowKey, row.GetString("owner_key"), IdentityId.FromRowDigits(row.GetString("identity")),
        RepoId.Parse(row.GetString("model_id")), row.GetDateTimeOffset("due_at")!.Value, row.GetInt32("tries") ?? 0, row.ETag);

    private static TableEntity Item(Identity identity, DateTimeOffset due, int tries) =>
        Item(Bucket(identity.Repo), identity.OwnerKey, identity.Id, identity.Repo, due, tries);

    private static TableEntity Item(string bucket, string ownerKey, IdentityId id, RepoId repo, DateTimeOffset due, int tries) => new(bucket, ItemRow(id, due))
    {
        ["owner_key"] = ownerKey,
        ["identity"] = id.RowDigits,
        ["model_id"] = repo.ToString(),
        ["due_at"] = due,
        ["tries"] = tries,
    };

    private static string ItemRow(IdentityId id, DateTimeOffset due) => $"t_{Stamp(due)}_{id.RowDigits}";

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString(DueFormat, CultureInfo.InvariantCulture);

    // A slash is not allowed in a key, and a colon in no repo name.
    private static string ClaimRow(RepoId repo) => TableRules.Key("c_" + repo.ToString().ToLowerInvariant().Replace('/', ':'));

    private static string Bucket(RepoId repo) =>
        "b_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(repo.ToString().ToLowerInvariant())))[0];
}
