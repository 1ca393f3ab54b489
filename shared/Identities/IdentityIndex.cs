using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using TrainIdentity.Hub;
using static TrainIdentity.Identities.IndexRows;

namespace TrainIdentity.Identities;

/// <summary>Whose a repo is.</summary>
internal sealed record Claim(string OwnerKey, IdentityId Identity, RepoId Repo, ETag Tag);

/// <summary>
/// Claims and work items in sixteen partitions chosen by the repo, so that a claim and its first work item are written
/// together. There is no way to read it by user.
/// </summary>
internal sealed class IdentityIndex(TableClient table, TimeProvider clock)
{
    private const string Hex = "0123456789abcdef";
    private static readonly TimeSpan[] RecheckAfter = [TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(24)];
    private static readonly TimeSpan TombstoneKept = TimeSpan.FromDays(30);

    /// <returns>False when the name is taken by another record, or was one of ours that is gone: re-checks would remove it again.</returns>
    public async Task<bool> ClaimAsync(Identity identity, DateTimeOffset due, CancellationToken stop) =>
        !await IsBuriedAsync(identity.Repo, stop) && await AddClaimAsync(identity, [Item(identity, due)], stop);

    /// <summary>Claims again for a record whose own claim was cleared before the record came; its work item is there already.</summary>
    public async Task<bool> ReclaimAsync(Identity identity, CancellationToken stop) =>
        !await IsBuriedAsync(identity.Repo, stop) && await AddClaimAsync(identity, [], stop);

    public async Task<Claim?> FindAsync(RepoId repo, CancellationToken stop)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Bucket(repo), ClaimRow(repo), cancellationToken: stop);
        return found is { HasValue: true, Value: { } row }
            ? new Claim(row.GetString("owner_key"), IdentityId.FromRowDigits(row.GetString("identity")), RepoId.Parse(row.GetString("model_id")), row.ETag)
            : null;
    }

    public Task ReleaseAsync(RepoId repo, ETag tag, CancellationToken stop) => DeleteAsync(Bucket(repo), ClaimRow(repo), tag, stop);

    /// <summary>The same item twice is one item; and one that somebody is about to drop, having worked it off before, stays.</summary>
    public Task ScheduleAsync(Identity identity, DateTimeOffset due, CancellationToken stop) => KeepItemAsync(Item(identity, due), stop);

    /// <summary>Queues the record for this moment because of somebody's word. A storm of words is one write.</summary>
    /// <returns>Null when it was queued for the same moment already: whoever did that sees to it.</returns>
    public async Task<WorkItem?> PokeAsync(Identity identity, DateTimeOffset due, CancellationToken stop)
    {
        var row = Item(identity, due);
        return await AddItemAsync(row, stop) ? Read(row) : null;
    }

    /// <summary>The record's item of this moment, to be dropped once the record is due at another; null when there is none.</summary>
    public async Task<WorkItem?> ItemAsync(Identity identity, DateTimeOffset due, CancellationToken stop)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Bucket(identity.Repo), ItemRow(WorkKind.Record, identity.Id, due), cancellationToken: stop);
        return found is { HasValue: true, Value: { } row } ? Read(row) : null;
    }

    /// <summary>Drops every item of a record that is gone: a crash may have left one of an earlier moment, and it names the owner and the repo.</summary>
    public async Task DropAllAsync(RepoId repo, IdentityId identity, CancellationToken stop)
    {
        var bucket = Bucket(repo);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {bucket} and RowKey ge {"t_"} and RowKey lt {"u_"} and identity eq {identity.RowDigits} and kind eq {nameof(WorkKind.Record)}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: stop))
        {
            await DeleteAsync(bucket, row.RowKey, row.ETag, stop);
        }
    }

    /// <summary>
    /// Notes for 30 days that the repo was removed by us, and queues the looks at +10 min, +1 h and +24 h that remove it again
    /// should a late effect have brought it back. The tombstone names nobody; the items that name the repo are gone after a day.
    /// </summary>
    public Task BuryAsync(Identity identity, CancellationToken stop)
    {
        var (repo, bucket, now) = (identity.Repo, Bucket(identity.Repo), clock.GetUtcNow());
        return AddTogetherAsync(
            [
                Tombstone(bucket, TombstoneRow(repo), now),
                .. RecheckAfter.Select(after => Item(WorkKind.Recheck, bucket, "", identity.Id, repo, null, now + after, 0, identity.JobAttempt)),
                Item(WorkKind.Forget, bucket, "", identity.Id, null, TombstoneRow(repo), now + TombstoneKept, 0),
            ], stop);
    }

    public async Task<bool> IsBuriedAsync(RepoId repo, CancellationToken stop) => await ExistsAsync(Bucket(repo), TombstoneRow(repo), stop);

    /// <summary>Notes for 30 days that an idempotency key stood for something that was erased.</summary>
    /// <param name="digest">From a secret salt, so that nobody can tell whose key it was.</param>
    public Task BuryKeyAsync(byte[] digest, IdentityId identity, CancellationToken stop)
    {
        var (bucket, row, now) = (KeyBucket(digest), KeyTombstoneRow(digest), clock.GetUtcNow());
        return AddTogetherAsync([Tombstone(bucket, row, now), Item(WorkKind.Forget, bucket, "", identity, null, row, now + TombstoneKept, 0)], stop);
    }

    public Task<bool> IsKeyBuriedAsync(byte[] digest, CancellationToken stop) => ExistsAsync(KeyBucket(digest), KeyTombstoneRow(digest), stop);

    public async Task ForgetAsync(WorkItem item, CancellationToken stop)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(item.Bucket, item.Tombstone!, cancellationToken: stop);
        if (found is { HasValue: true, Value: { } row })
        {
            await DeleteAsync(item.Bucket, item.Tombstone!, row.ETag, stop);
        }
    }

    /// <summary>Queues a look at what is left of a user.</summary>
    public Task ScheduleAccountAsync(string ownerKey, DateTimeOffset due, CancellationToken stop)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(ownerKey));
        var id = new IdentityId(new Guid(hash.AsSpan(0, 16)));
        return AddTogetherAsync([Item(WorkKind.Account, $"b_{Convert.ToHexStringLower(hash)[0]}", ownerKey, id, null, null, due, 0)], stop);
    }

    public Task DropAsync(WorkItem item, CancellationToken stop) => DeleteAsync(item.Bucket, item.Row, item.Tag, stop);

    /// <summary>Puts an item off: the later one is there before the earlier one goes.</summary>
    public async Task PostponeAsync(WorkItem item, DateTimeOffset due, CancellationToken stop)
    {
        if (SameMoment.Of(item.Due, due))
        {
            return;
        }

        await KeepItemAsync(Item(item.Kind, item.Bucket, item.OwnerKey, item.Identity, item.Repo, item.Tombstone, due, item.Tries + 1, item.LastJobAttempt), stop);
        await DropAsync(item, stop);
    }

    /// <summary>
    /// An item that is there already is written anew: whoever read it before and is about to drop it will find another
    /// version, so it stays.
    /// </summary>
    private async Task KeepItemAsync(TableEntity row, CancellationToken stop)
    {
        while (!await AddItemAsync(row, stop) && !await RenewAsync(row, stop))
        {
            // Dropped between the two: added again.
        }
    }

    /// <returns>False when it was there already.</returns>
    private async Task<bool> AddItemAsync(TableEntity row, CancellationToken stop)
    {
        try
        {
            var answer = await table.AddEntityAsync(TableRules.Checked(row), stop);
            row.ETag = answer.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409)
        {
            return false;
        }
    }

    /// <returns>False when it was dropped or written meanwhile.</returns>
    private async Task<bool> RenewAsync(TableEntity row, CancellationToken stop)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(row.PartitionKey, row.RowKey, cancellationToken: stop);
        if (found is not { HasValue: true, Value: { } known })
        {
            return false;
        }
        try
        {
            await table.UpdateEntityAsync(known, known.ETag, TableUpdateMode.Replace, stop);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
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
                due.AddRange(page.Values.Where(IsReadable).Select(Read));
                if (page.Values.Any(IsReadable))
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

    private async Task<bool> AddClaimAsync(Identity identity, IEnumerable<TableEntity> items, CancellationToken stop)
    {
        var opId = Guid.NewGuid();
        var (bucket, row) = (Bucket(identity.Repo), ClaimRow(identity.Repo));
        var claim = new TableEntity(bucket, row)
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
                [.. items.Prepend(claim).Select(entity => new TableTransactionAction(TableTransactionActionType.Add, entity))]), stop);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409)
        {
            var found = await table.GetEntityIfExistsAsync<TableEntity>(bucket, row, cancellationToken: stop);
            return found is { HasValue: true, Value: { } known } && known.GetGuid("op_id") == opId;
        }
    }

    /// <summary>All of them or none; that they are there already is no error.</summary>
    private async Task AddTogetherAsync(IEnumerable<TableEntity> rows, CancellationToken stop)
    {
        try
        {
            await table.SubmitTransactionAsync(TableRules.Checked([.. rows.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row))]), stop);
        }
        catch (RequestFailedException e) when (e.Status is 409)
        {
            // An earlier try put them there.
        }
    }

    private async Task<bool> ExistsAsync(string bucket, string row, CancellationToken stop) =>
        (await table.GetEntityIfExistsAsync<TableEntity>(bucket, row, ["RowKey"], stop)).HasValue;
}
