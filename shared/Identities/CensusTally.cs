using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>What a census counts, kept in its row between two steps and after the last one.</summary>
internal sealed class CensusTally
{
    /// <summary>All that <see cref="Add"/> reads of a record.</summary>
    public static readonly string[] Columns = ["PartitionKey", "RowKey", "state", "status", "created_at", "updated_at", "due_at", "retain_until", "ending_since", "num_training_images", "photo_bytes"];

    private static readonly TimeSpan EndsWithin = TimeSpan.FromDays(1);

    /// <summary>Identities with something on the Hub that is not being removed.</summary>
    public long Live { get; set; }

    /// <summary>By public status; without those being erased, whose owners see them no more.</summary>
    public SortedDictionary<string, long> Statuses { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Of the oldest identity whose owner still waits.</summary>
    public DateTimeOffset? UnfinishedSince { get; set; }

    public string? Unfinished { get; set; }

    /// <summary>Removals decided more than a day ago, on their owners' wish or ours.</summary>
    public long SlowErasures { get; set; }

    public string? SlowestErasure { get; set; }

    public DateTimeOffset? SlowestSince { get; set; }

    /// <summary>Records long past their time that nobody had worked on.</summary>
    public long Overdue { get; set; }

    /// <summary>Those among them whose work item was lost.</summary>
    public long Requeued { get; set; }

    public long Unreadable { get; set; }

    /// <summary>People with an identity that counts as live, and what they hold.</summary>
    public long Users { get; set; }

    public long Photos { get; set; }

    public long Bytes { get; set; }

    /// <summary>A mark of the last of them: records come owner by owner. It names nobody.</summary>
    public string? LastUser { get; set; }

    public static CensusTally? Found(TableEntity row) => Parse(row.GetString("found"));

    public static CensusTally SoFar(TableEntity row) => Parse(row.GetString("tally")) ?? new CensusTally();

    public string ToJson() => JsonSerializer.Serialize(this, CensusJson.Default.CensusTally);

    public static IdentityId IdOf(TableEntity record) => IdentityId.FromRowDigits(record.RowKey[2..]);

    public void Add(TableEntity record, DateTimeOffset now)
    {
        var state = record.GetString("state");
        var removing = state is nameof(IdentityState.Compensating) or nameof(IdentityState.Deleting);
        if (state is not nameof(IdentityState.Deleting) && record.GetString("status") is { } status)
        {
            Statuses[status] = Statuses.GetValueOrDefault(status) + 1;
        }
        if (removing)
        {
            Removing(record, now);
            return;
        }

        var failed = state is nameof(IdentityState.Failed);
        if (!failed || record.GetDateTimeOffset("retain_until") is not null)
        {
            Living(record);
        }
        if (!failed && state is not (nameof(IdentityState.Ready) or nameof(IdentityState.Draft)) && !(record.GetDateTimeOffset("created_at") >= UnfinishedSince))
        {
            (UnfinishedSince, Unfinished) = (record.GetDateTimeOffset("created_at"), IdOf(record).ToString());
        }
    }

    private void Living(TableEntity record)
    {
        Live++;
        Photos += record.GetInt32("num_training_images") ?? 0;
        Bytes += record.GetInt64("photo_bytes") ?? 0;
        var user = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(record.PartitionKey)).AsSpan(0, 8));
        Users += user == LastUser ? 0 : 1;
        LastUser = user;
    }

    private void Removing(TableEntity record, DateTimeOffset now)
    {
        if (record.GetDateTimeOffset("ending_since") is not { } since || now - since < EndsWithin)
        {
            return;
        }

        SlowErasures++;
        if (!(since >= SlowestSince))
        {
            (SlowestSince, SlowestErasure) = (since, IdOf(record).ToString());
        }
    }

    private static CensusTally? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize(json, CensusJson.Default.CensusTally);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CensusTally))]
internal sealed partial class CensusJson : JsonSerializerContext;
