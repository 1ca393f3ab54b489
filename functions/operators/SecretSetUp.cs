using System.Security.Cryptography;
using TrainIdentity.Auth;
using TrainIdentity.Hub;
using TrainIdentity.Secrets;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary>
/// The secrets: given ones are stored in the vault and the rest made there; without a vault they are looked for in the settings. None is ever printed.
/// </summary>
/// <param name="vault">Null where secrets come from settings.</param>
/// <param name="judge">What a token may do, before it is stored: a bad one must not take the place of a good one.</param>
internal sealed class SecretSetUp(OperatorVault? vault, GivenSecrets given, SecretNeeds needs, Func<string, CancellationToken, Task<TokenScope>> judge, Findings findings)
{
    private const int SecretBytes = 32;

    /// <returns>False when the Hub cannot be asked for lack of a token.</returns>
    public async Task<bool> RunAsync(SetUpArguments wish, CancellationToken stop)
    {
        if (wish.FromInput)
        {
            await given.ReadAsync(stop);
        }
        var there = vault is null ? await InSettingsAsync() : await InVaultAsync(vault, wish.Check, stop);
        return there.Contains(SecretName.HubToken);
    }

    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    private async Task<HashSet<SecretName>> InSettingsAsync()
    {
        HashSet<SecretName> there = [];
        foreach (var name in SecretName.All)
        {
            if (given.Find(name) is not null)
            {
                there.Add(name);
                await findings.SayAsync($"{name.Setting} is set.");
            }
            else if (needs.Of(name))
            {
                await findings.LacksAsync($"{name.Setting} is not set{(IsMade(name) ? "; any long random word will do" : "")}.");
            }
        }
        return there;
    }

    private async Task<HashSet<SecretName>> InVaultAsync(OperatorVault vault, bool check, CancellationToken stop)
    {
        HashSet<SecretName> there = [];
        foreach (var name in SecretName.All)
        {
            var stored = await vault.FindAsync(name, stop);
            Redaction.Hide(stored?.Value);
            if ((check ? null : await WishedAsync(name, stored, stop)) is { } value)
            {
                Redaction.Hide(value);
                await (name == SecretName.WebhookSecret ? vault.StoreUnannouncedAsync(name, value, stop) : vault.StoreAsync(name, value, stop));
                there.Add(name);
                await findings.SayAsync($"{name.InVault} is now in the vault.");
            }
            else if (stored is not null)
            {
                there.Add(name);
                await findings.SayAsync($"{name.InVault} is in the vault.");
            }
            else if (needs.Of(name))
            {
                await findings.LacksAsync(IsMade(name)
                    ? $"{name.InVault} is not in the vault; run setup, which makes one."
                    : $"{name.InVault} is not in the vault; run setup with {name.Setting} in its environment, or with --stdin and a line {name.Setting}=….");
            }
        }
        return there;
    }

    /// <returns>What is to be stored; null when all is as it should be, or must stay as it is.</returns>
    private async Task<string?> WishedAsync(SecretName name, StoredSecret? stored, CancellationToken stop)
    {
        var value = given.Find(name);
        if (name == SecretName.PreviousWebhookSecret)
        {
            return null;
        }
        if (IsMade(name))
        {
            // Another salt would forget what was erased, and another webhook secret needs a rotation.
            return stored is null ? value ?? New() : null;
        }
        return value is null || value == stored?.Value || !await IsGoodAsync(name, value, stop) ? null : value;
    }

    private async Task<bool> IsGoodAsync(SecretName name, string value, CancellationToken stop)
    {
        if (value.Any(c => c is <= ' ' or > '~'))
        {
            await findings.LacksAsync($"{name.Setting} holds a character that no token has; nothing of it was stored.");
            return false;
        }
        if (name == SecretName.SupabaseJwtSecret)
        {
            if (value.Length < SecretNeeds.LeastSharedSecretChars)
            {
                await findings.LacksAsync($"{name.Setting} must be the project's secret, of at least {SecretNeeds.LeastSharedSecretChars} characters; it was not stored.");
            }
            return value.Length >= SecretNeeds.LeastSharedSecretChars;
        }

        Redaction.Hide(value);
        try
        {
            await judge(value, stop);
            return true;
        }
        catch (HubException e) when (e.Fault is HubFault.Auth)
        {
            await findings.LacksAsync($"the Hub does not take {name.Setting} ({e.Message}); it was not stored.");
            return false;
        }
    }

    private static bool IsMade(SecretName name) => name == SecretName.WebhookSecret || name == SecretName.KeySalt;
}

/// <summary>Which secrets this service cannot do without.</summary>
internal sealed class SecretNeeds(TrainingOptions training, AuthOptions auth)
{
    public const int LeastSharedSecretChars = 32;

    public bool Of(SecretName name) =>
        name == SecretName.HubToken || name == SecretName.WebhookSecret || name == SecretName.KeySalt
        || (name == SecretName.TrainerToken && training.Mode is TrainingMode.Jobs)
        || (name == SecretName.SupabaseJwtSecret && auth.Issuers.Any(issuer => issuer.Kind is IssuerKind.SupabaseSecret));
}
