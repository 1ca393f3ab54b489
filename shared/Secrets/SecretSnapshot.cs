namespace TrainIdentity.Secrets;

/// <summary>The secrets as they were when read together; null is "not configured".</summary>
public sealed record SecretSnapshot
{
    /// <summary>Creates, writes and deletes repos and starts jobs. Never handed to a job.</summary>
    public string? HubToken { get; init; }

    /// <summary>Writes repos only; the one secret a training job is given.</summary>
    public string? TrainerToken { get; init; }

    /// <summary>Also null once the snapshot is older than <see cref="SecretOptions.WebhookUsableFor"/>, as is the previous one.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>Still accepted while a rotation is under way.</summary>
    public string? PreviousWebhookSecret { get; init; }

    /// <summary>Signs the tokens of a Supabase project that still has a shared secret. Goes with the webhook's, as it lets callers in.</summary>
    public string? SupabaseJwtSecret { get; init; }

    /// <summary>Keyed into the names of tombstones, so that a list of them tells nobody whose keys they were.</summary>
    public string? KeySalt { get; init; }

    public static SecretSnapshot From(Func<SecretName, string?> read) => new()
    {
        HubToken = read(SecretName.HubToken),
        TrainerToken = read(SecretName.TrainerToken),
        WebhookSecret = read(SecretName.WebhookSecret),
        PreviousWebhookSecret = read(SecretName.PreviousWebhookSecret),
        SupabaseJwtSecret = read(SecretName.SupabaseJwtSecret),
        KeySalt = read(SecretName.KeySalt),
    };

    public override string ToString() => "***";
}

/// <summary>The vault does not answer and nothing read earlier is young enough to serve.</summary>
public sealed class SecretsUnavailableException(Exception? cause) : Exception("The secret store does not answer.", cause);
