using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary><c>restore</c>: what a backup has and the tables have not. Nothing is overwritten, and what was erased stays erased.</summary>
internal sealed class RestoreCommand(RowRestore restore, IdentityTables tables, TextWriter output)
{
    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        if (args is not [_, { Length: > 0 } path])
        {
            await output.WriteLineAsync("restore FILE, where the file is one that backup wrote");
            return 2;
        }

        await BackupFile.CheckAsync(path, stop);
        await tables.EnsureAsync(stop);
        var others = await IndexAsync(path, stop);
        var records = new Dictionary<Restored, long>();
        await foreach (var owner in OwnersAsync(path, stop))
        {
            await foreach (var became in restore.OwnerAsync(owner, stop))
            {
                records[became] = records.GetValueOrDefault(became) + 1;
            }
        }
        await SayAsync(records, others);
        return records.ContainsKey(Restored.Taken) ? 1 : 0;
    }

    /// <summary>First, for the marks of what was erased are among them.</summary>
    private async Task<long> IndexAsync(string path, CancellationToken stop)
    {
        var added = 0L;
        await foreach (var (table, row) in BackupFile.ReadAsync(path, stop))
        {
            added += table is BackupFile.Index && await restore.IndexRowAsync(row, stop) ? 1 : 0;
        }
        return added;
    }

    /// <summary>The rows of one owner stand together, and no more than those are held at once.</summary>
    private static async IAsyncEnumerable<IReadOnlyList<TableEntity>> OwnersAsync(string path, [EnumeratorCancellation] CancellationToken stop)
    {
        List<TableEntity> owner = [];
        await foreach (var (_, row) in BackupFile.ReadAsync(path, stop).Where(line => line.Table is BackupFile.Records))
        {
            if (owner is [var first, ..] && first.PartitionKey != row.PartitionKey)
            {
                yield return owner;
                owner = [];
            }
            owner.Add(row);
        }
        yield return owner;
    }

    private async Task SayAsync(Dictionary<Restored, long> records, long others)
    {
        long Of(Restored became) => records.GetValueOrDefault(became);
        await output.WriteLineAsync($"Brought back: {Of(Restored.Settled) + Of(Restored.Unfinished)} identities. {Of(Restored.Unfinished)} of them are on their way, and the running service goes on with them now.");
        await output.WriteLineAsync($"Not brought back: {Of(Restored.Gone)}, of which Hugging Face has no repo, or of which a mark says that they were erased.");
        await output.WriteLineAsync($"Left as they are: {Of(Restored.There)} that are there already.");
        if (Of(Restored.Taken) is > 0 and var taken)
        {
            await output.WriteLineAsync($"To do: {taken} whose repo belongs to another record were not brought back. Compare this backup with another one.");
        }
        await output.WriteLineAsync($"Besides: {others} marks, looks that are to come, switches and counts. Run status, and see whether it is as you expect.");
    }
}
