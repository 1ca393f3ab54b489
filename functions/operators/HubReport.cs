using System.Globalization;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary>What <c>status</c> says about the Hub: whether a training could succeed and what is lacking, what one costs, our webhooks.</summary>
internal sealed class HubReport(HubClient hub, Preflight preflight, TrainingOptions training, Terms terms, TextWriter output)
{
    /// <returns>False when something needs an operator.</returns>
    public async Task<bool> PrintAsync(CancellationToken stop)
    {
        await output.WriteLineAsync($"Hub: repos and jobs in {await hub.Account.NamespaceAsync(stop)}.");
        var report = await preflight.AskedAsync(stop);
        foreach (var check in report.Checks)
        {
            await output.WriteLineAsync($"{Word(check)} {check.Component}: {check.Words}");
        }
        foreach (var profile in terms.Profiles.All.Where(profile => report.Prices.ContainsKey(profile.Flavor)))
        {
            var price = report.Prices[profile.Flavor];
            await output.WriteLineAsync($"Profile {profile.Name}: usually {Usd(profile.UsualMinutes, price)} USD, at most {Usd(profile.TimeoutMinutes, price)} USD a training.");
        }
        foreach (var webhook in await hub.Webhooks.ListAsync(stop))
        {
            await output.WriteLineAsync($"Webhook {webhook.Id} calls {webhook.Url}{(webhook.Disabled ? ", but is disabled; run setup" : "")}.");
        }
        return !report.Lacking(training.PreflightIgnored).Any() && report.Checks.All(check => check.State is not PreflightState.Unknown);
    }

    private static string Word(PreflightCheck check) => check.State switch
    {
        PreflightState.Fine => "ok",
        PreflightState.Lacking => "LACKING",
        _ => "unknown",
    };

    private static string Usd(int minutes, decimal usdPerHour) =>
        TrainingPrice.Usd(TrainingPrice.MicroUsd(TimeSpan.FromMinutes(minutes), usdPerHour)).ToString("0.00", CultureInfo.InvariantCulture);
}
