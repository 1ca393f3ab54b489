using TrainIdentity.Identities;

namespace TrainIdentity.Functions;

/// <summary>
/// <c>setup</c>: secrets, then the Hub's account, tables and webhook. Every part looks before it writes, so that it can be
/// run again at any time, above all after it was broken off.
/// </summary>
internal sealed class SetUpCommand(SecretSetUp secrets, AccountCheck account, IdentityTables tables, WebhookSetUp webhook, Findings findings)
{
    public async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        if (!SetUpArguments.TryParse(args.AsSpan(1), webhook.Local, out var wish))
        {
            await findings.SayAsync(SetUpArguments.Usage);
            return 2;
        }

        if (!await secrets.RunAsync(wish, stop))
        {
            return await EndAsync(wish);
        }
        await account.RunAsync(stop);
        await TablesAsync(wish, stop);
        return await webhook.RunAsync(wish, stop) ? await EndAsync(wish) : 2;
    }

    private async Task TablesAsync(SetUpArguments wish, CancellationToken stop)
    {
        if (!wish.Check)
        {
            await tables.EnsureAsync(stop);
        }
        if (await tables.ExistAsync(stop))
        {
            await findings.SayAsync("The tables are there.");
        }
        else
        {
            await findings.LacksAsync("the tables are not there; run setup, or let the service make them with its first request.");
        }
    }

    private async Task<int> EndAsync(SetUpArguments wish)
    {
        await findings.SayAsync((findings.Lacks, wish.Check) switch
        {
            (0, true) => "All is well.",
            (0, false) => "All is set up.",
            (1, _) => "One thing is left to do; it is named above.",
            var (count, _) => $"{count} things are left to do; they are named above.",
        });
        return findings.Lacks is 0 ? 0 : 1;
    }
}
