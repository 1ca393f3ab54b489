using TrainIdentity.Secrets;

namespace TrainIdentity.Functions;

/// <summary>
/// The webhook's secret, from the vault to the Hub, and its change without a delivery that is refused: first the present one
/// becomes the previous one, which is accepted too; then the new one is stored, marked as not announced; last the Hub is told.
/// Whatever moment this is killed at, the vault holds what the Hub sends, and a repeat goes on where the mark says.
/// </summary>
/// <param name="vault">Null where secrets come from settings.</param>
internal sealed class WebhookRotation(OperatorVault? vault, SecretCache settings, SecretOptions options, TimeProvider clock, Findings findings)
{
    public async Task<bool> IsUnderWayAsync(CancellationToken stop) =>
        vault is not null && await vault.FindAsync(SecretName.WebhookSecret, stop) is { IsUnannounced: true };

    /// <param name="tell">Makes the Hub send this secret.</param>
    /// <returns>False when there is none to tell.</returns>
    public async Task<bool> RunAsync(bool rotate, Func<string, Task> tell, CancellationToken stop)
    {
        if (vault is not null)
        {
            await InVaultAsync(vault, rotate, tell, stop);
            return true;
        }
        if (rotate)
        {
            await findings.LacksAsync(
                $"without a vault: set {SecretName.PreviousWebhookSecret.Setting} to the present secret and {SecretName.WebhookSecret.Setting} to a new one, restart the service, then run setup.");
            return false;
        }
        if ((await settings.GetAsync(stop)).WebhookSecret is not { } secret)
        {
            // The lack of it has been told with the other secrets.
            return false;
        }
        await tell(secret);
        return true;
    }

    private async Task InVaultAsync(OperatorVault vault, bool rotate, Func<string, Task> tell, CancellationToken stop)
    {
        if (rotate)
        {
            await StoreAsync(vault, stop);
        }
        var present = await PresentAsync(vault, stop);
        if (present.IsUnannounced && await vault.FindAsync(SecretName.PreviousWebhookSecret, stop) is not null)
        {
            await WaitAsync(stop);
        }

        string told;
        do
        {
            present = await PresentAsync(vault, stop);
            told = present.Version;
            await tell(present.Value);
        }
        while ((present = await PresentAsync(vault, stop)).Version != told);
        await vault.SettleAsync(present, stop);
        await findings.SayAsync(rotate ? "The webhook has its new secret; the previous one is accepted for a day." : "The webhook has its secret.");
    }

    private static async Task StoreAsync(OperatorVault vault, CancellationToken stop)
    {
        if (await PresentAsync(vault, stop) is { IsUnannounced: false } present)
        {
            await vault.StoreAsync(SecretName.PreviousWebhookSecret, present.Value, stop);
            var next = SecretSetUp.New();
            Redaction.Hide(next);
            await vault.StoreUnannouncedAsync(SecretName.WebhookSecret, next, stop);
        }
    }

    /// <summary>
    /// A running service reads the vault again when a delivery has a secret it does not know, but only so often. One that did so
    /// just before the new secret was stored must be allowed to do so again before the first delivery with it comes.
    /// </summary>
    private async Task WaitAsync(CancellationToken stop)
    {
        var pause = 2 * options.RenewEvery;
        await findings.SayAsync($"Waiting {pause.TotalSeconds:0} s, until every running service may read the vault again.");
        await Task.Delay(pause, clock, stop);
    }

    private static async Task<StoredSecret> PresentAsync(OperatorVault vault, CancellationToken stop) =>
        await vault.FindAsync(SecretName.WebhookSecret, stop)
        ?? throw new InvalidOperationException($"{SecretName.WebhookSecret.InVault} has gone from the vault meanwhile.");
}
