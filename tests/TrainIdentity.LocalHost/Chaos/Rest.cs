using System.Diagnostics;
using TrainIdentity.HubEmulator.Jobs;

namespace TrainIdentity.LocalHost;

/// <summary>Waits until nothing is under way any more.</summary>
internal sealed class Rest(LocalStack stack, Action<string> say)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenWords = TimeSpan.FromSeconds(15);

    /// <returns>What was still under way when patience ended.</returns>
    public async Task<IReadOnlyList<string>> WaitAsync(CancellationToken stop)
    {
        var (began, spoke) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        while (true)
        {
            var restless = await RestlessAsync(stop);
            if (restless.Count is 0 || Stopwatch.GetElapsedTime(began) > Limit) return restless;
            if (Stopwatch.GetElapsedTime(spoke) > BetweenWords)
            {
                say($"{restless.Count} things still under way");
                spoke = Stopwatch.GetTimestamp();
            }

            await Task.Delay(Interval, stop);
        }
    }

    private async Task<IReadOnlyList<string>> RestlessAsync(CancellationToken stop)
    {
        var rows = await StoredRows.ReadAsync(stack.TableConnectionString, stop);
        return
        [
            .. rows.Identities.Where(identity => !identity.AtRest).Select(identity => $"Identity {identity.Id} ({identity.Name}) is still {identity.State}."),
            .. rows.Restless(DateTimeOffset.UtcNow).Select(item => $"A work item of identity {item.Id} for {item.Repo} is still queued."),
            .. stack.Emulator.Jobs.Where(job => job.Stage is JobStage.Scheduling or JobStage.Running)
                .Select(job => $"Job {job.Id} of identity {job.Labels.GetValueOrDefault("identity")} is still {job.Stage}."),
        ];
    }
}
