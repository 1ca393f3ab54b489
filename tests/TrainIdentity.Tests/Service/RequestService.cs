using System.Text.Json.Nodes;
using Azure.Data.Tables;
using TrainIdentity.HubEmulator.Jobs;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>The one service that all cases are sent to. Its trainings hang, so that what it holds changes by requests alone.</summary>
public sealed class RequestService(Tables tables) : IAsyncLifetime
{
    public const string Other = "other";

    private readonly KillRows _rows = new("UseDevelopmentStorage=true;");
    private TableServiceClient _tables = null!;

    public ServiceRig Rig { get; private set; } = null!;

    /// <summary>An identity of <see cref="Other"/>.</summary>
    public string OthersIdentity { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Rig = await ServiceRig.StartAsync(
            tables,
            new Dictionary<string, string?>
            {
                ["Storage__IdentitiesTable"] = _rows.Identities,
                ["Storage__IndexTable"] = _rows.Index,
                ["Limits__OneShotBytes"] = "1000000",
                ["Quota__Active"] = "2",
            },
            hub: options => options with { Play = JobPlays.Hang });
        _tables = new TableServiceClient(Rig.Stack.TableConnectionString);
        OthersIdentity = (string)(await Rig.UploadAsync(Other, Uploads.Text(TinyPhotos.Json("Other")))).Json["identityId"]!;
    }

    /// <summary>Everything that a refused request must leave as it was: the Hub's effects, all claims and all the caller holds.</summary>
    public async Task<string> HeldAsync(string user)
    {
        var held = new JsonObject
        {
            ["hub"] = Rig.Hub.Journal.Entries.Count(entry => entry.Kind is JournalKinds.RepoCreated or JournalKinds.RepoDeleted or JournalKinds.ObjectStored
                or JournalKinds.Commit or JournalKinds.JobStarted or JournalKinds.JobCanceled or JournalKinds.RepoVisibility),
        };
        await foreach (var row in _tables.GetTableClient(_rows.Index).QueryAsync<TableEntity>(cancellationToken: ServiceRig.Stop))
        {
            if (row.RowKey.StartsWith("c_", StringComparison.Ordinal))
            {
                held[row.RowKey] = true;
            }
        }
        await foreach (var row in _tables.GetTableClient(_rows.Identities).QueryAsync<TableEntity>(row => row.PartitionKey == "u_" + user, cancellationToken: ServiceRig.Stop))
        {
            held[row.RowKey] = row.RowKey == "q" ? $"{row["active"]} {row["stored"]} {row["started_today"]} {row["bytes_today"]}" : $"{row.GetString("state")}";
        }
        return held.ToJsonString();
    }

    public ValueTask DisposeAsync() => Rig.DisposeAsync();
}
