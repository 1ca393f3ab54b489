using Azure.Data.Tables;
using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary><c>backup</c>: every row of both tables into a file, for the tables keep no copy of their own.</summary>
internal sealed class BackupCommand(IdentityTables tables, TextWriter output)
{
    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        if (args is not [_, { Length: > 0 } path])
        {
            await output.WriteLineAsync("backup FILE, where there is no such file yet");
            return 2;
        }
        if (!await tables.ExistAsync(stop))
        {
            await output.WriteLineAsync("There are no tables. Nothing was written.");
            return 1;
        }

        await using var lines = BackupFile.Create(path, tables.Clock.GetUtcNow());

        // The index last: of what is erased while this runs it then has the mark.
        var records = await CopyAsync(lines, BackupFile.Records, tables.Identities, stop);
        var index = await CopyAsync(lines, BackupFile.Index, tables.IndexTable, stop);
        await BackupFile.EndAsync(lines, records + index, stop);
        await output.WriteLineAsync($"{records} rows of records and {index} of the index are in the file. It names people: keep it encrypted, and no longer than 30 days.");
        return 0;
    }

    private static async Task<long> CopyAsync(StreamWriter lines, string name, TableClient table, CancellationToken stop)
    {
        var rows = 0L;
        await foreach (var row in table.QueryAsync<TableEntity>(cancellationToken: stop))
        {
            await BackupFile.WriteAsync(lines, name, row);
            rows++;
        }
        return rows;
    }
}
