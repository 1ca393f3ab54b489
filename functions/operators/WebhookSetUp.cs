using TrainIdentity.Hub;
using TrainIdentity.Secrets;

namespace TrainIdentity.Functions;

/// <summary>One webhook on our namespace that calls this service with the secret the service expects, whatever there was before.</summary>
internal sealed class WebhookSetUp(HubClient hub, WebhookRotation rotation, Settings settings, IConfiguration environment, Findings findings)
{
    private const string Domain = "repo";

    public bool Local => settings.Local;

    /// <returns>False when nobody says what the address of the service is.</returns>
    public async Task<bool> RunAsync(SetUpArguments wish, CancellationToken stop)
    {
        var webhooks = await hub.Webhooks.ListAsync(stop);
        if (Address(wish, webhooks) is not { } url)
        {
            if (wish.Check)
            {
                await findings.LacksAsync("no webhook calls this service; run setup --url https://address-of-this-service.");
                return true;
            }
            await findings.SayAsync(SetUpArguments.Usage);
            return false;
        }

        var ours = webhooks.Where(webhook => webhook.Url == url.AbsoluteUri).ToList();
        if (ours.Count > 1)
        {
            await findings.LacksAsync($"{ours.Count} webhooks call {url}; delete all but {ours[0].Id} in the settings of the Hub's account.");
        }
        if (wish.Check)
        {
            await CheckAsync(url, ours.FirstOrDefault(), stop);
        }
        else
        {
            await WriteAsync(url, ours.FirstOrDefault()?.Id, wish.Rotate, stop);
        }
        return true;
    }

    /// <summary>As told, as Azure says, or as the one webhook has it that was set up before.</summary>
    private Uri? Address(SetUpArguments wish, IReadOnlyList<HubWebhook> webhooks)
    {
        var service = wish.Service ?? (environment["WEBSITE_HOSTNAME"] is { Length: > 0 } host ? new Uri($"https://{host}") : null);
        if (service is not null)
        {
            return new Uri(service, TrainingStatusEndpoint.Route);
        }

        var known = webhooks.Select(webhook => webhook.Url).Where(url => url.EndsWith(TrainingStatusEndpoint.Route, StringComparison.Ordinal)).Distinct().ToList();
        return known is [var only] ? new Uri(only) : null;
    }

    private async Task CheckAsync(Uri url, HubWebhook? webhook, CancellationToken stop)
    {
        var space = await hub.Account.NamespaceAsync(stop);
        if (webhook is null)
        {
            await findings.LacksAsync($"no webhook calls {url}; run setup.");
        }
        else if (webhook.Disabled)
        {
            await findings.LacksAsync($"the webhook {webhook.Id} is disabled, perhaps after failed deliveries; see that {url} answers, then run setup.");
        }
        else if (!webhook.Watched.Contains(space) || !webhook.Domains.Contains(Domain))
        {
            await findings.LacksAsync($"the webhook {webhook.Id} does not tell what happens to the repos of {space}; run setup.");
        }
        else if (await rotation.IsUnderWayAsync(stop))
        {
            await findings.LacksAsync("the webhook's secret was stored, but the Hub was perhaps not told; run setup, which finishes that.");
        }
        else
        {
            await findings.SayAsync($"The webhook {webhook.Id} on {space} calls {url}.");
        }
    }

    private async Task WriteAsync(Uri url, string? id, bool rotate, CancellationToken stop)
    {
        var space = await hub.Account.NamespaceAsync(stop);
        var organisation = (await hub.Account.ScopeAsync(needsJobs: false, stop)).IsOrganisation;
        HubWebhook? written = null;
        if (!await rotation.RunAsync(rotate, TellAsync, stop))
        {
            return;
        }
        if (written!.Disabled)
        {
            await hub.Webhooks.EnableAsync(written.Id, stop);
        }
        await findings.SayAsync($"The webhook {written.Id} on {space} calls {url}.");

        async Task TellAsync(string secret)
        {
            written = (written?.Id ?? id) is { } known
                ? await hub.Webhooks.UpdateAsync(known, url, secret, space, organisation, stop)
                : await hub.Webhooks.CreateAsync(url, secret, space, organisation, stop);
        }
    }
}
