using System.Text.RegularExpressions;
using Azure;
using Azure.Data.Tables;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Published;

/// <summary>The tables' package reads and writes by reflection, which trimming cannot follow: so each kind of operation is carried out once by what is deployed.</summary>
public sealed partial class TableTests(PublishedTables tables) : IClassFixture<PublishedTables>
{
    private const string User = "tabled";

    private static readonly string[] Expected =
    [
        "create table 204", "create table 409", "insert 204", "get 200", "get 404", "query 200", "replace 204", "replace 412", "delete 204", "delete 404",
        "transaction of insert 204", "transaction of insert, replace 204", "transaction of insert, replace 409", "transaction of insert, replace 412",
        "transaction of delete, replace 204",
    ];

    [GeneratedRegex(@"/(\w+)\(PartitionKey='([^']*)',RowKey='([^']*)'\)")]
    private static partial Regex Row();

    [Fact]
    public async Task Every_kind_of_operation_and_of_its_failures_works_in_the_trimmed_program()
    {
        var seen = new TableOperations();
        var direct = new TableServiceClient(await tables.ConnectionStringAsync());
        await using var proxy = await TableProxy.StartAsync(await tables.ConnectionStringAsync());
        proxy.Answered = seen.Add;
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["Storage__ConnectionString"] = proxy.ConnectionString });

        var id = (string)(await rig.UploadAsync(User, Uploads.Json("One", Uploads.Three), ("Idempotency-Key", "one"))).Json["identityId"]!;
        await rig.BecomesAsync(id, User, "ready");
        await KeyTakenInBetweenAsync(rig, proxy);
        await RenamedInBetweenAsync(rig, proxy, id);
        await DraftChangedInBetweenAsync(rig, proxy);
        await DeletedInBetweenAsync(rig, proxy, direct, id);
        rig.Stack.FunctionsHost.KillHandler();
        Assert.Equal(2, (await rig.GetAsync("/api/identities?limit=2", User)).Json["identities"]!.AsArray().Count);
        Assert.Equal(202, (await rig.SendAsync(HttpMethod.Delete, "/api/me", User)).Status);

        var missing = Expected.Except(seen.Kinds).ToList();
        Assert.True(missing.Count == 0, $"Not seen: {string.Join("; ", missing)}. Seen: {string.Join("; ", seen.Kinds)}.");
    }

    /// <summary>Two requests with one key: the second has made the record when the first comes to it.</summary>
    private static async Task KeyTakenInBetweenAsync(ServiceRig rig, TableProxy proxy)
    {
        var hold = proxy.Hold(TableProxyCall.Reserves, after: false);
        var first = rig.UploadAsync(User, Uploads.Json("Two", Uploads.Three), ("Idempotency-Key", "two"));
        await hold.WaitUntilHeldAsync(ServiceRig.Stop);
        var second = await rig.UploadAsync(User, Uploads.Json("Two", Uploads.Three), ("Idempotency-Key", "two"));
        proxy.LetGo();

        Assert.Equal((200, true), (second.Status, (await first).Status is 200 or 409));
    }

    private static async Task RenamedInBetweenAsync(ServiceRig rig, TableProxy proxy, string id)
    {
        var tag = (await rig.GetAsync($"/api/identities/{id}", User)).Header("ETag")!;
        var hold = proxy.Hold(call => call.Method == "PUT" && call.Body.Contains("Renamed first", StringComparison.Ordinal), after: false);
        var first = rig.SendAsync(HttpMethod.Patch, $"/api/identities/{id}", User, Uploads.Text("""{"identityName":"Renamed first"}"""), ("If-Match", tag));
        await hold.WaitUntilHeldAsync(ServiceRig.Stop);
        var second = await rig.SendAsync(HttpMethod.Patch, $"/api/identities/{id}", User, Uploads.Text("""{"identityName":"Renamed second"}"""), ("If-Match", tag));
        proxy.LetGo();

        Assert.Equal((412, 200), ((await first).Status, second.Status));
    }

    private static async Task DraftChangedInBetweenAsync(ServiceRig rig, TableProxy proxy)
    {
        var id = (string)(await rig.SendAsync(HttpMethod.Post, "/api/identities", User, Uploads.Text("""{"identityName":"Three","consent":true}"""))).Json["id"]!;
        var hold = proxy.Hold(TableProxyCall.KeepsPhoto, after: false);
        var first = PutAsync(1);
        await hold.WaitUntilHeldAsync(ServiceRig.Stop);
        var second = await PutAsync(2);
        proxy.LetGo();
        var taken = await rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}/photos/2", User);

        Assert.Equal((200, 200, 204), ((await first).Status, second.Status, taken.Status));

        Task<Reply> PutAsync(int n) => rig.SendAsync(HttpMethod.Put, $"/api/identities/{id}/photos/{n}", User, new ByteArrayContent(Uploads.Sample(Uploads.Three[n])));
    }

    /// <summary>A row that is gone when its turn to be deleted comes.</summary>
    private static async Task DeletedInBetweenAsync(ServiceRig rig, TableProxy proxy, TableServiceClient direct, string id)
    {
        var target = "";
        var hold = proxy.Hold(call => call.Method == "DELETE" && (target = call.Target).Length > 0, after: false);
        Assert.Equal(202, (await rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}", User)).Status);
        await hold.WaitUntilHeldAsync(ServiceRig.Stop);
        var row = Row().Match(target);
        await direct.GetTableClient(row.Groups[1].Value).DeleteEntityAsync(row.Groups[2].Value, row.Groups[3].Value, ETag.All, ServiceRig.Stop);
        proxy.LetGo();

        Assert.Equal(404, (await rig.GetAsync($"/api/identities/{id}", User)).Status);
    }
}
