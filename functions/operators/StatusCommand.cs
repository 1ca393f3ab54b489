using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary><c>status</c>: what the Hub and the tables say, whichever of the two answers.</summary>
internal sealed class StatusCommand(HubClient hub, IdentityTables tables, Preflight preflight, Terms terms, TrainingOptions training, TextWriter output)
{
    public async Task<int> RunAsync(CancellationToken stop)
    {
        await output.WriteLineAsync($"Version: {ServiceVersion.Text}.");
        var fine = await SaysAsync("The Hub", new HubReport(hub, preflight, training, terms, output).PrintAsync, stop);
        fine &= await SaysAsync("The tables", new RowsReport(tables, training, output).PrintAsync, stop);
        return fine ? 0 : 1;
    }

    private async Task<bool> SaysAsync(string partner, Func<CancellationToken, Task<bool>> print, CancellationToken stop)
    {
        try
        {
            return await print(stop);
        }
        catch (Exception e) when (Trouble.InWords(e) is { } words)
        {
            await output.WriteLineAsync($"{partner}: {words}");
            return false;
        }
    }
}
