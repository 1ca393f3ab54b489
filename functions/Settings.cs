using System.Diagnostics.CodeAnalysis;
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

    public static Settings Read(IConfiguration from) => new Settings
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
    }.WithoutEmptyEntries();

    /// <returns>False, with a sentence, when a value is not of its setting's type.</returns>
    public static bool TryRead(IConfiguration from, [NotNullWhen(true)] out Settings? read, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            (read, fault) = (Read(from), null);
            return true;
        }
        catch (InvalidOperationException e)
        {
            (read, fault) = (null, $"A setting cannot be read. {e.Message}");
            return false;
        }
    }

    public IEnumerable<string> Faults(IConfiguration from)
    {
        if (Local && from["WEBSITE_INSTANCE_ID"] is not null)
        {
            yield return "Local=true is for one's own machine; take it out of the app's settings.";
        }
        if (KeyVault.Uri is null && Auth.Issuers.Any(issuer => issuer.Kind is IssuerKind.SupabaseSecret)
            && (from[SecretName.SupabaseJwtSecret.Setting]?.Trim().Length ?? 0) < SecretNeeds.LeastSharedSecretChars)
        {
            yield return $"{SecretName.SupabaseJwtSecret.Setting} must be the project's secret, of at least {SecretNeeds.LeastSharedSecretChars} characters.";
        }
        if (Environment.Length is 0 or > 64 || !Environment.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            yield return "Environment must be 1 to 64 letters, digits, dashes, dots or underscores, for it is a label of jobs.";
        }
        if (HandlerPort is < 1 or > 65535)
        {
            yield return "FUNCTIONS_CUSTOMHANDLER_PORT must be a port.";
        }
        if (Limits.PhotoBytes < Photos.MaxBytes)
        {
            yield return "Limits__PhotoBytes must leave room for a photo of Photos__MaxBytes.";
        }
        if (PhotoRetention.Parse(Retention.Photos) is null)
        {
            yield return "Retention__Photos must be keep, afterTraining or days:N with N from 1 to 3650.";
        }
        foreach (var fault in OfSections())
        {
            yield return fault;
        }
    }

    private IEnumerable<string> OfSections() =>
    [
        .. Auth.Faults(Local), .. Hub.Faults(Local), .. Storage.Faults(Local), .. KeyVault.Faults(Local), .. Secrets.Faults(), .. Training.Faults(Local), .. Photos.Faults(),
        .. Spool.Faults(), .. Intake.Faults(), .. Limits.Faults(), .. Rate.Faults(), .. Quota.Faults(), .. Erasure.Faults(), .. Lease.Faults(), .. Watch.Faults(),
        .. Reconcile.Faults(), .. Cors.Faults(Local), .. SignIn.Faults(Auth, Local), .. Webhook.Faults(),
    ];

    /// <summary>An empty entry of a list is none: the sample of the settings shows every name, and what is not filled in stays empty.</summary>
    private Settings WithoutEmptyEntries()
    {
        Auth.Issuers.RemoveAll(issuer => issuer is { Issuer: "", Audience: "" });
        foreach (var list in (List<string>[])[Hub.StorageHosts, Training.Command, Cors.AllowedOrigins, SignIn.Origins])
        {
            list.RemoveAll(string.IsNullOrWhiteSpace);
        }
        return this;
    }
}
