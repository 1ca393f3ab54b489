using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Outgoing;
using TrainIdentity.Photos;
using TrainIdentity.Secrets;
using TrainIdentity.Training;

namespace TrainIdentity.Functions;

/// <summary>Every setting, bound once at the start. A setting that cannot work ends the start with a sentence, not a request.</summary>
internal sealed record Settings
{
    /// <summary>Partners on loopback and plain http are allowed; never on Azure.</summary>
    public required bool Local { get; init; }

    /// <summary>A label of jobs, to tell deployments that share an account apart.</summary>
    public required string Environment { get; init; }

    public required AuthOptions Auth { get; init; }

    public required HubOptions Hub { get; init; }

    public required StorageOptions Storage { get; init; }

    public required VaultOptions KeyVault { get; init; }

    public required SecretOptions Secrets { get; init; }

    public required TrainingOptions Training { get; init; }

    public required RetentionOptions Retention { get; init; }

    public required PhotoOptions Photos { get; init; }

    public required SpoolOptions Spool { get; init; }

    public required IntakeOptions Intake { get; init; }

    public required LimitOptions Limits { get; init; }

    public required RateOptions Rate { get; init; }

    public required ConsentOptions Consent { get; init; }

    public required QuotaOptions Quota { get; init; }

    public required ErasureOptions Erasure { get; init; }

    public required LeaseOptions Lease { get; init; }

    public required WatchOptions Watch { get; init; }

    public required ReconcileOptions Reconcile { get; init; }

    public required CorsOptions Cors { get; init; }

    public required SignInOptions SignIn { get; init; }

    public required OutgoingOptions Outgoing { get; init; }

    public required WebhookOptions Webhook { get; init; }

    /// <summary>Set by the Functions host, which then calls us there.</summary>
    public required int? HandlerPort { get; init; }

    public static Settings Read(IConfiguration from) => new()
    {
        Local = from.GetValue("Local", false),
        Environment = from["Environment"] ?? "production",
        Auth = from.GetSection("Auth").Get<AuthOptions>() ?? new(),
        Hub = from.GetSection("Hub").Get<HubOptions>() ?? new(),
        Storage = from.GetSection("Storage").Get<StorageOptions>() ?? new(),
        KeyVault = from.GetSection("KeyVault").Get<VaultOptions>() ?? new(),
        Secrets = from.GetSection("Secrets").Get<SecretOptions>() ?? new(),
        Training = from.GetSection("Training").Get<TrainingOptions>() ?? new(),
        Retention = from.GetSection("Retention").Get<RetentionOptions>() ?? new(),
        Photos = from.GetSection("Photos").Get<PhotoOptions>() ?? new(),
        Spool = from.GetSection("Spool").Get<SpoolOptions>() ?? new(),
        Intake = from.GetSection("Intake").Get<IntakeOptions>() ?? new(),
        Limits = from.GetSection("Limits").Get<LimitOptions>() ?? new(),
        Rate = from.GetSection("Rate").Get<RateOptions>() ?? new(),
        Consent = from.GetSection("Consent").Get<ConsentOptions>() ?? new(),
        Quota = from.GetSection("Quota").Get<QuotaOptions>() ?? new(),
        Erasure = from.GetSection("Erasure").Get<ErasureOptions>() ?? new(),
        Lease = from.GetSection("Lease").Get<LeaseOptions>() ?? new(),
        Watch = from.GetSection("Watch").Get<WatchOptions>() ?? new(),
        Reconcile = from.GetSection("Reconcile").Get<ReconcileOptions>() ?? new(),
        Cors = from.GetSection("Cors").Get<CorsOptions>() ?? new(),
        SignIn = from.GetSection("SignIn").Get<SignInOptions>() ?? new(),
        Outgoing = from.GetSection("Outgoing").Get<OutgoingOptions>() ?? new(),
        Webhook = from.GetSection("Webhook").Get<WebhookOptions>() ?? new(),
        HandlerPort = from.GetValue<int?>("FUNCTIONS_CUSTOMHANDLER_PORT", null),
    };

    public IEnumerable<string> Faults(IConfiguration from)
    {
        if (Local && from["WEBSITE_INSTANCE_ID"] is not null)
        {
            yield return "Local=true is for one's own machine; take it out of the app's settings.";
        }
        if (Hub.Endpoint.Scheme != Uri.UriSchemeHttps && !(Local && Hub.Endpoint.IsLoopback))
        {
            yield return "Hub__Endpoint must use https.";
        }
        if (Hub.CallsPerFiveMinutes < 10)
        {
            yield return "Hub__CallsPerFiveMinutes must be at least 10.";
        }
        if (KeyVault.Uri is { } vault && vault.Scheme != Uri.UriSchemeHttps)
        {
            yield return "KeyVault__Uri must use https.";
        }
        if (!Local && Storage.TableEndpoint is { } tables && tables.Scheme != Uri.UriSchemeHttps)
        {
            yield return "Storage__TableEndpoint must use https.";
        }
        if (PhotoRetention.Parse(Retention.Photos) is null)
        {
            yield return "Retention__Photos must be keep, afterTraining or days:N with N from 1 to 3650.";
        }
        if (Webhook.PerSecond < 1)
        {
            yield return "Webhook__PerSecond must be at least 1.";
        }
        if (KeyVault.Uri is null && Auth.Issuers.Any(issuer => issuer.Kind is IssuerKind.SupabaseSecret) && (from["SUPABASE_JWT_SECRET"]?.Trim().Length ?? 0) < 32)
        {
            yield return "SUPABASE_JWT_SECRET must be the project's secret, of at least 32 characters.";
        }
        foreach (var fault in Auth.Faults(Local).Concat(Storage.Faults()).Concat(Training.Faults(Local)).Concat(Limits.Faults()).Concat(Rate.Faults()).Concat(Cors.Faults())
            .Concat(SignIn.Faults(Auth, Local)))
        {
            yield return fault;
        }
    }
}
