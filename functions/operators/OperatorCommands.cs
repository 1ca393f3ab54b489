using TrainIdentity.Hub;
using TrainIdentity.Secrets;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary>What an operator runs by hand with the service's settings: <c>setup</c>, <c>status</c> and <c>logs</c>. Never a route.</summary>
internal sealed class OperatorCommands(HubClient hub, SecretCache secrets, TrainingOptions training, TextWriter output)
{
    public static bool Known(string[] args) => args is ["setup" or "status"] or ["setup", ..] or ["logs", _];

    /// <returns>The exit code: 0 when nothing is missing.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        try
        {
            return args[0] switch
            {
                "setup" => await SetUpAsync(args, stop),
                "logs" => await LogsAsync(args[1], stop),
                _ => await StatusAsync(stop),
            };
        }
        catch (HubException e)
        {
            await output.WriteLineAsync($"{e.Message} {e.Words}");
            return 1;
        }
    }

    /// <summary>One webhook on our namespace that calls this service, whatever there was before.</summary>
    private async Task<int> SetUpAsync(string[] args, CancellationToken stop)
    {
        if (args is not [_, "--url", var text] || !Uri.TryCreate(text, UriKind.Absolute, out var service))
        {
            await output.WriteLineAsync("setup --url https://address-of-this-service");
            return 2;
        }
        if ((await secrets.GetAsync(stop)).WebhookSecret is not { Length: > 0 } secret)
        {
            await output.WriteLineAsync("No webhook secret is configured (HUGGINGFACE_WEBHOOK_SECRET).");
            return 1;
        }

        var url = new Uri(service, TrainingStatusEndpoint.Route);
        var space = await hub.Account.NamespaceAsync(stop);
        var organisation = (await hub.Account.ScopeAsync(needsJobs: false, stop)).IsOrganisation;
        var existing = (await hub.Webhooks.ListAsync(stop)).FirstOrDefault(webhook => webhook.Url == url.AbsoluteUri);
        var webhook = existing is null
            ? await hub.Webhooks.CreateAsync(url, secret, space, organisation, stop)
            : await hub.Webhooks.UpdateAsync(existing.Id, url, secret, space, organisation, stop);
        if (webhook.Disabled)
        {
            await hub.Webhooks.EnableAsync(webhook.Id, stop);
        }
        await output.WriteLineAsync($"The webhook {webhook.Id} on {space} calls {url}.");
        return 0;
    }

    /// <summary>What a training job prints, to its end.</summary>
    private async Task<int> LogsAsync(string job, CancellationToken stop)
    {
        await foreach (var line in hub.Logs.FollowAsync(await hub.Account.NamespaceAsync(stop), job, stop))
        {
            await output.WriteLineAsync(line);
        }
        return 0;
    }

    private async Task<int> StatusAsync(CancellationToken stop)
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
        return scope.Suffices ? 0 : 1;
    }
}
