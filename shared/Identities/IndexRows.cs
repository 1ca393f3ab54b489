using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using TrainIdentity.Hub;

namespace TrainIdentity.Identities;

/// <summary>The rows of the index and their keys: <c>c_</c> claims, <c>t_</c> work items in the order of their time, <c>x_</c> tombstones.</summary>
internal static class IndexRows
{
    private const string DueFormat = "yyyyMMddHHmmssfff";

    /// <summary>False for an item of a later version of this service: it is left to that one, and keeps nobody waiting.</summary>
    public static bool IsReadable(TableEntity row) => RowFormat.IsKnown(row) && Enum.TryParse<WorkKind>(row.GetString("kind"), out _);

    public static WorkItem Read(TableEntity row) => new(
        Enum.Parse<WorkKind>(row.GetString("kind")), row.PartitionKey, row.RowKey, row.GetString("owner_key"), IdentityId.FromRowDigits(row.GetString("identity")),
        row.GetString("model_id") is { } repo ? RepoId.Parse(repo) : null, row.GetString("tombstone"), row.GetInt32("last_job_attempt"),
        row.GetDateTimeOffset("due_at")!.Value, row.GetInt32("tries") ?? 0, row.ETag);

    public static TableEntity Item(Identity identity, DateTimeOffset due) =>
        Item(WorkKind.Record, Bucket(identity.Repo), identity.OwnerKey, identity.Id, identity.Repo, null, due, 0);

    public static TableEntity Item(WorkKind kind, string bucket, string ownerKey, IdentityId id, RepoId? repo, string? tombstone, DateTimeOffset due, int tries, int? lastJobAttempt = null)
    {
        var row = new TableEntity(bucket, ItemRow(kind, id, due))
        {
            ["kind"] = kind.ToString(),
            ["owner_key"] = ownerKey,
            ["identity"] = id.RowDigits,
            ["due_at"] = due,
            ["tries"] = tries,
        };
        if (repo is not null)
        {
            row["model_id"] = repo.ToString();
        }
        if (tombstone is not null)
        {
            row["tombstone"] = tombstone;
        }
        if (lastJobAttempt is not null)
        {
            row["last_job_attempt"] = lastJobAttempt;
        }
        return row;
    }

    public static TableEntity Tombstone(string bucket, string row, DateTimeOffset now) => new(bucket, row) { ["deleted_at"] = now };

    public static string ItemRow(WorkKind kind, IdentityId id, DateTimeOffset due) =>
        $"t_{Stamp(due)}_{id.RowDigits}{(kind is WorkKind.Record ? "" : $"_{kind}")}";

    public static string TombstoneRow(RepoId repo) => "x_" + Digest(repo);

    public static string KeyTombstoneRow(byte[] digest) => "x_" + Convert.ToHexStringLower(digest);

    public static string KeyBucket(byte[] digest) => $"b_{Convert.ToHexStringLower(digest)[0]}";

    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString(DueFormat, CultureInfo.InvariantCulture);

    // A slash is not allowed in a key, and a colon in no repo name.
    public static string ClaimRow(RepoId repo) => TableRules.Key("c_" + repo.ToString().ToLowerInvariant().Replace('/', ':'));

    public static string Bucket(RepoId repo) => $"b_{Digest(repo)[0]}";

    private static string Digest(RepoId repo) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(repo.ToString().ToLowerInvariant())));
}
