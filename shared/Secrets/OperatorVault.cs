using Azure;
using Azure.Security.KeyVault.Secrets;

namespace TrainIdentity.Secrets;

/// <summary>A secret as it lies in the vault.</summary>
public sealed class StoredSecret
{
    internal StoredSecret(KeyVaultSecret secret) => (Value, Properties) = (secret.Value.Trim(), secret.Properties);

    public string Value { get; }

    /// <summary>The Hub does not send it yet: it was stored by a rotation or a first set-up that has not come to its end.</summary>
    public bool IsUnannounced => Properties.Tags.ContainsKey(OperatorVault.UnannouncedTag);

    public string Version => Properties.Version;

    internal SecretProperties Properties { get; }

    public override string ToString() => "***";
}

/// <summary>The vault as an operator uses it, who may also write. What the service reads is in <see cref="Vault"/>.</summary>
public sealed class OperatorVault(SecretClient vault, TimeProvider clock)
{
    /// <summary>Written in one call with the value it belongs to, so that no crash can part the two.</summary>
    internal const string UnannouncedTag = "unannounced";

    /// <summary>Deliveries that the Hub repeats may be older than the change of its secret.</summary>
    private static readonly TimeSpan PreviousKept = TimeSpan.FromDays(1);

    /// <returns>Null when there is none, or it is disabled.</returns>
    public async Task<StoredSecret?> FindAsync(SecretName name, CancellationToken stop)
    {
        try
        {
            var answer = await vault.GetSecretAsync(name.InVault, cancellationToken: stop);
            return answer.Value.Value.Trim().Length > 0 ? new StoredSecret(answer.Value) : null;
        }
        catch (RequestFailedException e) when (Vault.IsAbsent(e))
        {
            return null;
        }
    }

    public Task StoreAsync(SecretName name, string value, CancellationToken stop) => StoreAsync(name, value, announced: true, stop);

    public Task StoreUnannouncedAsync(SecretName name, string value, CancellationToken stop) => StoreAsync(name, value, announced: false, stop);

    /// <summary>The Hub sends this one from now on. The previous one has a day left.</summary>
    public async Task SettleAsync(StoredSecret announced, CancellationToken stop)
    {
        if (await FindAsync(SecretName.PreviousWebhookSecret, stop) is { Properties: { ExpiresOn: null } previous } found && found.Value != announced.Value)
        {
            previous.ExpiresOn = clock.GetUtcNow() + PreviousKept;
            await vault.UpdateSecretPropertiesAsync(previous, stop);
        }
        if (announced.Properties.Tags.Remove(UnannouncedTag))
        {
            await vault.UpdateSecretPropertiesAsync(announced.Properties, stop);
        }
    }

    private async Task StoreAsync(SecretName name, string value, bool announced, CancellationToken stop)
    {
        var secret = new KeyVaultSecret(name.InVault, value);
        if (!announced)
        {
            secret.Properties.Tags[UnannouncedTag] = "true";
        }
        await vault.SetSecretAsync(secret, stop);
    }
}
