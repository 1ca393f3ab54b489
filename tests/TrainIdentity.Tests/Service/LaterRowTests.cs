using Azure;
using Azure.Data.Tables;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>After a way back to an earlier version there are rows of the later one: they wait, unread and unwritten, and nobody waits for them.</summary>
public sealed class LaterRowTests(Tables tables)
{
    [Fact]
    public async Task A_record_of_a_later_version_is_neither_shown_nor_written_and_holds_nobody_up()
    {
        await using var rig = await ServiceRig.StartAsync(tables, null, hub => hub with { Play = JobPlays.Hang });
        rig.Hub.Play = JobPlays.Hang;
        var id = (string)(await rig.UploadAsync("later", Uploads.Json("Mom", Uploads.Three), ("Idempotency-Key", "the-one"))).Json["identityId"]!;
        var row = await ChangeAsync(rig, id, later => (later[RowFormat.Column], later["learned_since"]) = (RowFormat.Current + 1, "something"));

        rig.Hub.Play = JobPlays.Succeed;
        var other = (string)(await rig.UploadAsync("other", Uploads.Json("Mom", Uploads.Three))).Json["identityId"]!;
        await rig.BecomesAsync(other, "other", "ready");
        await PutOffAsync(rig, id);
        Reply[] replies =
        [
            await rig.GetAsync($"/api/identities/{id}", "later"),
            await rig.GetAsync("/api/identities", "later"),
            await rig.GetAsync("/api/me", "later"),
            await rig.UploadAsync("later", Uploads.Json("Mom", Uploads.Three), ("Idempotency-Key", "the-one")),
            await rig.SendAsync(HttpMethod.Post, $"/api/identities/{id}/cancel", "later"),
            await rig.SendAsync(HttpMethod.Delete, $"/api/identities/{id}", "later"),
        ];
        var status = await new OperatorRun(rig).On(rig.Settings).RunAsync("erase", id);

        Assert.All(replies, reply => Assert.Equal((503, "storage_unavailable", true), (reply.Status, reply.Code, (bool)reply.Json["retryable"]!)));
        Assert.Equal(1, status.Exit);
        Assert.Contains("by a later version of this service", status.Output, StringComparison.Ordinal);
        Assert.Equal(row.ETag, (await FindAsync(rig, id)).ETag);

        await ChangeAsync(rig, id, back => back[RowFormat.Column] = RowFormat.Current);
        Assert.Equal(200, (await rig.GetAsync($"/api/identities/{id}", "later")).Status);
    }

    /// <summary>Its item is out of the way of the others, and still there.</summary>
    private static async Task PutOffAsync(ServiceRig rig, string id)
    {
        var index = new TableClient(rig.Stack.TableConnectionString, rig.Settings["Storage__IndexTable"]);
        var digits = RowDigits(id);
        while (true)
        {
            var items = await index.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"RowKey ge {"t_"} and RowKey lt {"u_"} and identity eq {digits}"), cancellationToken: ServiceRig.Stop).ToListAsync(ServiceRig.Stop);
            Assert.NotEmpty(items);
            if (items.TrueForAll(item => item.GetDateTimeOffset("due_at") > DateTimeOffset.UtcNow.AddMinutes(5)))
            {
                return;
            }
            await Task.Delay(50, ServiceRig.Stop);
        }
    }

    private static string RowDigits(string id) => IdentityId.TryParse(id, out var parsed) ? parsed.RowDigits : throw new FormatException(id);

    private static TableClient Records(ServiceRig rig) => new(rig.Stack.TableConnectionString, rig.Settings["Storage__IdentitiesTable"]);

    private static async Task<TableEntity> FindAsync(ServiceRig rig, string id)
    {
        var key = $"i_{RowDigits(id)}";
        return await Records(rig).QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"RowKey eq {key}"), cancellationToken: ServiceRig.Stop).SingleAsync(ServiceRig.Stop);
    }

    /// <summary>Between two writes of the service.</summary>
    private static async Task<TableEntity> ChangeAsync(ServiceRig rig, string id, Action<TableEntity> change)
    {
        while (true)
        {
            var row = await FindAsync(rig, id);
            change(row);
            try
            {
                await Records(rig).UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, ServiceRig.Stop);
                return await FindAsync(rig, id);
            }
            catch (RequestFailedException e) when (e.Status is 412)
            {
                // The service wrote meanwhile.
            }
        }
    }
}
