using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Secrets;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary>
/// What an operator runs by hand with the service's settings: <c>setup</c>, <c>status</c>, <c>logs</c>, <c>pause</c> and
/// <c>resume</c>. Never a route.
/// </summary>
internal sealed class OperatorCommands(HubClient hub, IdentityTables tables, SecretCache secrets, Preflight preflight, Terms terms, TrainingOptions training, TextWriter output)
{
    public static bool Known(string[] args) => args is ["setup" or "status" or "pause" or "resume"] or ["setup", ..] or ["logs", _];

    /// <returns>The exit code: 0 when nothing needs an operator.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        try
        {
            return args[0] switch
            {
                "setup" => await SetUpAsync(args, stop),
                "logs" => await LogsAsync(args[1], stop),
                "pause" or "resume" => await PauseAsync(args[0] is "pause", stop),
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

    /// <summary>Both halves, whichever of the two partners answers.</summary>
    private async Task<int> StatusAsync(CancellationToken stop)
    {
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
        catch (HubException e)
        {
            await output.WriteLineAsync($"{partner}: {e.Message} {e.Words}");
        }
        catch (Exception e) when (TableTrouble.Is(e))
        {
            await output.WriteLineAsync($"{partner}: {e.GetBaseException().Message.ReplaceLineEndings(" ")}");
        }
        return false;
    }

    private async Task<int> PauseAsync(bool paused, CancellationToken stop)
    {
        await new PauseSwitch(tables, output).TurnAsync(paused, stop);
        return 0;
    }
}
