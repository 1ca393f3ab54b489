using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;

namespace TrainIdentity.Identities;

/// <summary>What an audit of our namespace finds, kept in its row between two steps and after the last one.</summary>
internal sealed class AuditTally
{
    private const int NamesKept = 100;

    /// <summary>Repos named as ours.</summary>
    public long Repos { get; set; }

    public long Orphans { get; set; }

    /// <summary>The first of them. Names of repos can name people: they are kept in the row and nowhere else.</summary>
    public List<string> Names { get; set; } = [];

    public DateTimeOffset? OrphansSince { get; set; }

    public long Public { get; set; }

    public static AuditTally? Found(TableEntity row) => Parse(row.GetString("found"));

    public static AuditTally SoFar(TableEntity row) => Parse(row.GetString("tally")) ?? new AuditTally();

    public string ToJson() => JsonSerializer.Serialize(this, AuditJson.Default.AuditTally);

    public void AddOrphan(string repo)
    {
        Orphans++;
        if (Names.Count < NamesKept)
        {
            Names.Add(repo);
        }
    }

    private static AuditTally? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize(json, AuditJson.Default.AuditTally);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AuditTally))]
internal sealed partial class AuditJson : JsonSerializerContext;
