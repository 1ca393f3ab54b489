using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Identities;

/// <summary>
/// Rows as the service once wrote them, in <c>Cases/rows</c>, which are never changed. Whoever adds a column or a member without a
/// default finds here that such rows cannot be read any more, and raises <see cref="RowFormat.Current"/>.
/// </summary>
public sealed class GoldenRowTests(Tables tables)
{
    /// <summary>Of a write, and not of what is written.</summary>
    private static readonly string[] OfTheWrite = ["op_id", "seq", "updated_at"];

    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "TrainIdentity.Tests", "Cases", "rows");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_format_there_was_has_its_rows() =>
        Assert.Equal(
            Enumerable.Range(1, RowFormat.Current).Select(format => $"format-{format}"),
            Directory.EnumerateDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_row_is_read_and_written_back_as_it_was(string file)
    {
        Assert.All(Read(file), row => Same(row, Written(row)));
    }

    /// <summary>The rows that are only ever read together with others.</summary>
    [Fact]
    public async Task Claims_keys_and_photos_are_found_where_they_stand()
    {
        using var desk = await OperatorDesk.OpenAsync(tables);
        List<TableEntity> rows = [.. Files.SelectMany(file => Read(file.Data)).DistinctBy(row => (row.PartitionKey, row.RowKey))];
        foreach (var row in rows)
        {
            await (IsOfIndex(row) ? desk.Tables.IndexTable : desk.Tables.Identities).AddEntityAsync(row, Stop);
        }

        foreach (var row in rows.Where(row => row.RowKey.StartsWith("i_", StringComparison.Ordinal)))
        {
            var owner = desk.Tables.For(row.PartitionKey[2..]);
            var identity = (await owner.GetAsync(IdentityRow.Read(row).Id, Stop))!;
            var key = await owner.KeyAsync(identity.KeyRow, Stop);
            var photos = await owner.Drafts.ListAsync(identity.Id, Stop);
            var claim = await desk.Tables.Index.FindAsync(identity.Repo, Stop);

            Assert.True(key is null || key.Identity == identity.Id && key.Fingerprint == identity.Fingerprint && key.CreatedAt == identity.CreatedAt && key.ExpiresAt > key.CreatedAt);
            Assert.True(!identity.IsOpen || photos.Count == identity.DraftPhotos);
            Assert.All(photos, photo => Assert.True(photo is { Oid.Length: 64, Bytes: > 0, Width: > 0, Height: > 0 } && photo.OpId != Guid.Empty));
            Assert.True(claim is null || claim.Identity == identity.Id && claim.OwnerKey == identity.OwnerKey && claim.Repo == identity.Repo);
            Assert.NotNull(await owner.ReplaceAsync(identity, identity, Stop));
            Same(row, await desk.Tables.Identities.GetEntityAsync<TableEntity>(row.PartitionKey, row.RowKey, cancellationToken: Stop));
        }
        Assert.Equal(["claim", "item", "key", "photo", "quota", "record", "tombstone"], rows.Select(Kind).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(Enum.GetNames<WorkKind>().Order(), rows.Where(row => Kind(row) is "item").Select(row => row.GetString("kind")).Distinct().Order());
    }

    [Fact]
    public async Task Items_of_later_versions_keep_nobody_waiting()
    {
        const int ABucket = 5;
        using var desk = await OperatorDesk.OpenAsync(tables);
        var mine = OperatorDesk.New(desk.Now);
        await desk.Tables.Index.ScheduleAsync(mine, desk.Now.AddMinutes(-1), Stop);
        for (var n = 0; n < 3 * ABucket; n++)
        {
            var later = IndexRows.Item(mine with { Id = IdentityId.New(desk.Now) }, desk.Now.AddMinutes(-10));
            (later["kind"], later[RowFormat.Column]) = n % 2 is 0 ? ("Foresee", 1) : ("Record", RowFormat.Current + 1);
            await desk.Tables.IndexTable.AddEntityAsync(later, Stop);
        }

        var due = await desk.Tables.Index.DueAsync(desk.Now, ABucket, Stop);

        Assert.Equal(mine.Id, Assert.Single(due).Identity);
    }

    private static string Kind(TableEntity row) => row.RowKey[..1] switch
    {
        "i" => "record",
        "k" => "key",
        "p" => "photo",
        "q" => "quota",
        "c" => "claim",
        "t" => "item",
        "x" => "tombstone",
        var other => other,
    };

    private static bool IsOfIndex(TableEntity row) => row.PartitionKey.StartsWith("b_", StringComparison.Ordinal);

    /// <summary>As today's code writes what it has read; what it only reads, as it is.</summary>
    private static TableEntity Written(TableEntity row) => Kind(row) switch
    {
        "record" => IdentityRow.Write(IdentityRow.Read(row), Guid.NewGuid()),
        "quota" => (TableEntity)Quota.Read(row).Write(row.PartitionKey).Entity,
        "item" when IndexRows.Read(row) is var item =>
            IndexRows.Item(item.Kind, item.Bucket, item.OwnerKey, item.Identity, item.Repo, item.Tombstone, item.Due, item.Tries, item.LastJobAttempt),
        _ => row,
    };

    /// <summary>There may be more than there was, but nothing less and nothing else.</summary>
    private static void Same(TableEntity was, TableEntity now)
    {
        Assert.Equal((was.PartitionKey, was.RowKey), (now.PartitionKey, now.RowKey));
        foreach (var (name, value) in was.Where(column => !OfTheWrite.Contains(column.Key)))
        {
            Assert.True(now.TryGetValue(name, out var written), $"{name} is lost.");
            Assert.True(value is string text && text.StartsWith('{') || value is string list && list.StartsWith('[')
                ? Holds(JsonNode.Parse((string)written!), JsonNode.Parse((string)value))
                : Equals(value, written), $"{name} was {value} and is {written}.");
        }
    }

    private static bool Holds(JsonNode? now, JsonNode? was) => (now, was) switch
    {
        (JsonObject all, JsonObject some) => some.All(member => all.ContainsKey(member.Key) && Holds(all[member.Key], member.Value)),
        (JsonArray all, JsonArray some) => all.Count == some.Count && all.Zip(some).All(pair => Holds(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(now, was),
    };

    private static IEnumerable<TableEntity> Read(string file)
    {
        using var rows = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, file)));
        return [.. rows.RootElement.EnumerateArray().Select(RowText.Read)];
    }
}
