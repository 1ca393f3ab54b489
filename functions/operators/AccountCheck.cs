using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary>Whether the Hub takes our token, and what it lacks in our namespace.</summary>
internal sealed class AccountCheck(HubClient hub, Preflight preflight, TrainingOptions training, Findings findings)
{
    public async Task RunAsync(CancellationToken stop)
    {
        var scope = await hub.Account.ScopeAsync(training.Mode is TrainingMode.Jobs, stop);
        await findings.SayAsync($"The Hub token is {scope.Owner}'s; repos and jobs are {await hub.Account.NamespaceAsync(stop)}'s.");
        foreach (var lack in (await preflight.AskedAsync(stop)).Lacking(training.PreflightIgnored))
        {
            await findings.LacksAsync(lack.Words);
        }
        if (!training.Configured)
        {
            await findings.LacksAsync("Training__Image is not set: name the trainer's image with its digest, or set Training__Mode to External.");
        }
    }
}
