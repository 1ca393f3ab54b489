using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;

namespace TrainIdentity.Benchmarks;

/// <summary>Many identities of many people, all like one that was really made: its record, its claim and its work item, with other keys.</summary>
internal sealed class Crowd
{
    public const int OfOneUser = 100;

    private readonly TableClient _identities;
    private readonly TableClient _index;
    private readonly TableEntity _record;
    private readonly TableEntity _claim;
    private readonly TableEntity _item;
    private int _count;

    private Crowd(TableClient identities, TableClient index, TableEntity record, TableEntity claim, TableEntity item) =>
        (_identities, _index, _record, _claim, _item) = (identities, index, record, claim, item);

    public TableClient Identities => _identities;

    public TableClient Index => _index;

    public static string User(int n) => $"crowd-{n / OfOneUser}";

    public static string Repo(int n) => $"local/identity-crowd-{n}";

    public static string Row(int n) => $"i_{n:x32}";

    public static async Task<Crowd> StartAsync(Theatre theatre, ServiceProcess service, string prefix)
    {
        using var set = UploadSet.Make(theatre, 3, 1);
        var user = $"first-{Guid.NewGuid():N}";
        var (type, file) = UploadSet.Json(set);
        var id = (string)(await Caller.SendAsync("POST", new Uri(service.Url, "/api/train-identity"), theatre.Issuer.Token(user), type, file)).Expect(200).Json["identityId"]!;
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", theatre.Issuer.Token(user)) } };
        while ((string)JsonNode.Parse(await http.GetStringAsync(new Uri(service.Url, $"/api/identities/{id}")))!["status"]! is not "ready")
        {
            await Task.Delay(500);
            await TickAsync(service);
        }

        var identities = new TableClient(theatre.Tables, $"{prefix}Identities");
        var index = new TableClient(theatre.Tables, $"{prefix}Index");
        var record = await FirstAsync(identities, "i_");
        return new Crowd(identities, index, record, await FirstAsync(index, "c_"), await FirstAsync(index, "t_"));
    }

    public static async Task TickAsync(ServiceProcess service)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(service.Url, "/reconcile"), null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Adds as many as are missing, none of which needs anything for a day.</summary>
    public async Task GrowAsync(int count)
    {
        var due = DateTimeOffset.UtcNow.AddDays(1);
        List<(TableClient Table, TableEntity Row)> rows = [];
        for (; _count < count; _count++)
        {
            var n = _count;
            var bucket = Bucket(n);
            rows.Add((_identities, Like(_record, $"u_{User(n)}", Row(n), ("user_id", User(n)), ("model_id", Repo(n)), ("due_at", due))));
            rows.Add((_index, Like(_claim, bucket, $"c_{Repo(n).Replace('/', ':')}", ("owner_key", User(n)), ("identity", Row(n)[2..]))));
            rows.Add((_index, Item(n, due)));
        }
        foreach (var batch in rows.GroupBy(one => (one.Table, one.Row.PartitionKey)).SelectMany(group => group.Chunk(100).Select(chunk => (group.Key.Table, chunk))))
        {
            await batch.Table.SubmitTransactionAsync(batch.chunk.Select(one => new TableTransactionAction(TableTransactionActionType.Add, one.Row)));
        }
    }

    /// <summary>Makes items due of the last so many that their records want no more; a tick looks at each record and drops the item.</summary>
    public async Task OutdateAsync(int last, int count)
    {
        var due = DateTimeOffset.UtcNow.AddMinutes(-1);
        for (var n = last; n > last - count; n--) await _index.AddEntityAsync(Item(n, due));
    }

    private static string Bucket(int n) => $"b_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Repo(n))))[0]}";

    private TableEntity Item(int n, DateTimeOffset due) => Like(
        _item, Bucket(n), $"t_{due.UtcDateTime.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture)}_{Row(n)[2..]}",
        ("owner_key", User(n)), ("identity", Row(n)[2..]), ("model_id", Repo(n)), ("due_at", due));

    private static TableEntity Like(TableEntity row, string partition, string key, params (string Name, object Value)[] changed)
    {
        var copy = new TableEntity(row.Where(one => one.Key is not ("odata.etag" or "Timestamp")).ToDictionary()) { PartitionKey = partition, RowKey = key };
        foreach (var (name, value) in changed.Where(one => row.ContainsKey(one.Name))) copy[name] = value;
        return copy;
    }

    private static async Task<TableEntity> FirstAsync(TableClient table, string prefix)
    {
        await foreach (var row in table.QueryAsync<TableEntity>($"RowKey ge '{prefix}' and RowKey lt '{prefix}~'")) return row;
        throw new InvalidOperationException($"No row {prefix}.");
    }
}
