using TrainIdentity.Hub;

namespace TrainIdentity.Functions;

/// <summary><c>logs</c>: what a training job prints, to its end.</summary>
internal sealed class JobLogCommand(HubClient hub, TextWriter output)
{
    public async Task<int> RunAsync(string job, CancellationToken stop)
    {
        await foreach (var line in hub.Logs.FollowAsync(await hub.Account.NamespaceAsync(stop), job, stop))
        {
            await output.WriteLineAsync(line);
        }
        return 0;
    }
}
