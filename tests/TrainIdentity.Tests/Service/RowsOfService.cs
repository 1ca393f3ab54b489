using Azure.Data.Tables;
using TrainIdentity.Identities;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>Meddles with what a running service has written.</summary>
internal static class RowsOfService
{
    /// <summary>Until the record of an erased identity is gone.</summary>
    public static async Task GoneAsync(ServiceRig rig, string id)
    {
        var records = new TableClient(rig.Stack.TableConnectionString, rig.Settings["Storage__IdentitiesTable"]);
        var key = $"i_{(IdentityId.TryParse(id, out var parsed) ? parsed.RowDigits : throw new FormatException(id))}";
        while (await records.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"RowKey eq {key}"), cancellationToken: ServiceRig.Stop).AnyAsync(ServiceRig.Stop))
        {
            await Task.Delay(50, ServiceRig.Stop);
        }
    }

    /// <summary>As if somebody had restored an older index.</summary>
    public static async Task DropClaimAsync(ServiceRig rig, string repo)
    {
        var index = new TableClient(rig.Stack.TableConnectionString, rig.Settings["Storage__IndexTable"]);
        await foreach (var claim in index.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"model_id eq {repo} and RowKey ge {"c_"} and RowKey lt {"d_"}"), cancellationToken: ServiceRig.Stop))
        {
            await index.DeleteEntityAsync(claim.PartitionKey, claim.RowKey, cancellationToken: ServiceRig.Stop);
        }
    }
}
