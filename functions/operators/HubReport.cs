using TrainIdentity.Hub;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary>What <c>status</c> says about the Hub: the token and what it lacks, the hardware, our webhooks.</summary>
internal sealed class HubReport(HubClient hub, TrainingOptions training, TextWriter output)
{
    /// <returns>False when something needs an operator.</returns>
    public async Task<bool> PrintAsync(CancellationToken stop)
    {
        var scope = await hub.Account.ScopeAsync(training.Mode is TrainingMode.Jobs, stop);
        await output.WriteLineAsync($"Hub token: of {scope.Owner}, for {await hub.Account.NamespaceAsync(stop)}.");
        foreach (var lack in scope.Lacks)
        {
            await output.WriteLineAsync(lack);
        }
        if (training.Mode is TrainingMode.Jobs)
        {
            var prices = await hub.Jobs.HourlyPricesAsync(stop);
            await output.WriteLineAsync(prices.TryGetValue(training.Flavor, out var price)
                ? $"Hardware {training.Flavor}: {price} USD an hour, at most {decimal.Round(price * (decimal)training.Timeout.TotalHours, 2)} USD a training."
                : $"Hardware {training.Flavor} is not on offer; set Training__Flavor to one of {string.Join(", ", prices.Keys.Order())}.");
        }
        foreach (var webhook in await hub.Webhooks.ListAsync(stop))
        {
            await output.WriteLineAsync($"Webhook {webhook.Id} calls {webhook.Url}{(webhook.Disabled ? ", but is disabled; run setup" : "")}.");
        }
        return scope.Suffices;
    }
}
