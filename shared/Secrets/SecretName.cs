namespace TrainIdentity.Secrets;

/// <summary>What a secret is called in the settings and in the vault.</summary>
public sealed record SecretName(string Setting, string InVault)
{
    public static readonly SecretName HubToken = new("HUGGINGFACE_TOKEN", "huggingface-token");
    public static readonly SecretName TrainerToken = new("HUGGINGFACE_TRAINER_TOKEN", "huggingface-trainer-token");
    public static readonly SecretName WebhookSecret = new("HUGGINGFACE_WEBHOOK_SECRET", "huggingface-webhook-secret");
    public static readonly SecretName PreviousWebhookSecret = new("HUGGINGFACE_WEBHOOK_SECRET_PREVIOUS", "huggingface-webhook-secret-previous");
    public static readonly SecretName SupabaseJwtSecret = new("SUPABASE_JWT_SECRET", "supabase-jwt-secret");
    public static readonly SecretName KeySalt = new("IDEMPOTENCY_KEY_SALT", "idempotency-key-salt");

    public static IReadOnlyList<SecretName> All { get; } = [HubToken, TrainerToken, WebhookSecret, PreviousWebhookSecret, SupabaseJwtSecret, KeySalt];
}
