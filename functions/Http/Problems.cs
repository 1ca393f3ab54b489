using System.Diagnostics;
using TrainIdentity.Auth;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Photos;
using TrainIdentity.Secrets;

namespace TrainIdentity.Functions.Http;

/// <summary>Every refusal this service gives. Status and code are stable; texts are not, but for the original's, which are kept to the letter.</summary>
internal static class Problems
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    public static Problem NotConfigured => new(503, "not_configured", "HUGGINGFACE_TOKEN environment variable not set", false);

    public static Problem TrainerNotConfigured => new(503, "not_configured", "HUGGINGFACE_TRAINER_TOKEN environment variable not set", false);

    public static Problem TrainingNotConfigured => new(503, "not_configured", "Training__Image setting not set", false);

    public static Problem IdentityNotFound => new(404, "identity_not_found", "Identity not found", false);

    public static Problem StateConflict(string detail) => new(409, "state_conflict", detail, false);

    public static Problem IdentityDeleted => new(410, "identity_deleted", "What this request made was deleted. Send it with a new Idempotency-Key to make it anew.", false);

    public static Problem TrainingPaused(TimeSpan? retryAfter) =>
        new(503, "training_paused", "No training is started just now. Try again later.", true) { RetryAfter = retryAfter ?? Later };

    public static Problem PhotoNotFound => new(404, "photo_not_found", "A draft has no photo of this number; photos are numbered from 1 on.", false);

    public static Problem DraftClosed => StateConflict("This identity takes no photos any more. To use others, begin a new one.");

    public static Problem PhotosMissing(Identity identity) => new(409, "photos_missing", Failures.Text(Failures.PhotosMissing), false)
    {
        Errors = [.. identity.LostPhotos.Select(number => new FieldProblem($"/photos/{number}", "photos_missing", $"Upload photo {number} again."))],
    };

    public static Problem NotFound => new(404, "not_found", "There is nothing at this address.", false);

    public static Problem MethodNotAllowed => new(405, "method_not_allowed", "This address does not take this method; the Allow header lists those it takes.", false);

    public static Problem MediaType => new(415, "media_type_not_supported", "Send the body as application/json or multipart/form-data, without a content encoding.", false);

    public static Problem UserMismatch => new(403, "user_mismatch", "The userId in the request is not the signed-in user. Leave it out, or send your own.", false);

    public static Problem KeyInvalid => new(400, "idempotency_key_invalid", "Idempotency-Key must be one value of 1 to 255 visible ASCII characters.", false);

    public static Problem WebhookUnauthorized => new(401, "webhook_unauthorized", "The webhook secret is missing or wrong.", false);

    public static Problem SecretsUnavailable => new(503, "secrets_unavailable", "The service cannot read its secrets just now. Try again in a moment.", true) { RetryAfter = Later };

    public static Problem StorageUnavailable => new(503, "storage_unavailable", "The service cannot reach its storage just now. Try again in a moment.", true) { RetryAfter = Soon };

    public static Problem StorageFull => new(503, "storage_full", "The service has no room for the photos just now. Try again in a moment.", true) { RetryAfter = Later };

    public static Problem Timeout => new(408, "request_timeout", "The request arrived too slowly. Try again on a better connection.", true);

    public static Problem Internal => new(500, "internal_error", "Something went wrong on our side. Try again; nothing is done twice.", true);

    public static Problem Malformed(string detail) => new(400, "request_malformed", detail, false);

    public static Problem UnknownField(string field) => new(400, "unknown_field", $"The field '{Shown(field)}' is not part of this request.", false);

    public static Problem BodyTooLarge(long limit) =>
        new(413, "body_too_large", $"The request is larger than {limit:N0} bytes. Send less at a time.", false);

    public static Problem ConsentRequired => new(422, "consent_required", "Please confirm consent to use these images", false);

    public static Problem For(TokenRefusal refusal) => refusal switch
    {
        TokenRefusal.Missing => new(401, "token_missing", "Sign in and send the token as 'Authorization: Bearer'.", false),
        TokenRefusal.Invalid => new(401, "token_invalid", "The token is not valid here. Sign in again.", false),
        TokenRefusal.Expired => new(401, "token_expired", "The token has expired. Sign in again.", false),
        TokenRefusal.NotYetValid => new(401, "token_not_yet_valid", "The token is not valid yet. Check the clock of the device.", false),
        TokenRefusal.RoleNotAllowed => new(403, "role_not_allowed", "This token does not belong to a signed-in person.", false),
        TokenRefusal.IssuerUnavailable => new(503, "idp_unavailable", "The sign-in service does not answer, so the token cannot be checked. Try again in a moment.", true) { RetryAfter = Later },
        _ => throw new UnreachableException(),
    };

    public static Problem For(IntakeOutcome outcome) => outcome.Problem switch
    {
        IntakeProblem.OverQuota => For(outcome.Over!.Value, outcome.RetryAfter),
        IntakeProblem.Paused => TrainingPaused(outcome.RetryAfter),
        IntakeProblem.PhotosMissing => PhotosMissing(outcome.Identity!),
        { } problem => For(problem),
        null => throw new UnreachableException(),
    };

    public static Problem For(QuotaLimit over, TimeSpan? retryAfter) => new(429, "quota_exceeded", over switch
    {
        QuotaLimit.Active => "You have as many uploads and trainings under way as you may. Wait until one has ended.",
        QuotaLimit.Stored => "You have as many identities as you may. Delete one first.",
        QuotaLimit.Drafts => "You have as many unfinished uploads as you may. Finish or delete one first.",
        QuotaLimit.PerDay => "You have started as many trainings today as you may. Try again tomorrow.",
        QuotaLimit.BytesPerDay => "You have uploaded as much today as you may. Try again tomorrow.",
        _ => throw new UnreachableException(),
    }, true)
    {
        RetryAfter = retryAfter ?? Later,
    };

    public static Problem For(IntakeProblem problem) => problem switch
    {
        IntakeProblem.Erased => IdentityDeleted,
        IntakeProblem.NotFound => IdentityNotFound,
        IntakeProblem.NoSuchPhoto => PhotoNotFound,
        IntakeProblem.Closed => DraftClosed,
        IntakeProblem.NameRequired => new(422, "name_required", "Identity name is required", false),
        IntakeProblem.NameInvalid => new(422, "name_invalid",
            $"The name must have at most {IdentityName.MaxClusters} characters and no control characters or line breaks.", false),
        IntakeProblem.TooFewImages => new(422, "too_few_images", "At least 3 images are required for training", false),
        IntakeProblem.TooManyImages => new(422, "too_many_images", "Maximum 40 images allowed", false),
        IntakeProblem.NotEnoughDistinctImages => new(422, "not_enough_distinct_images", "At least 3 different images are required for training; some of these are the same.", false),
        IntakeProblem.KeyReused => new(422, "idempotency_key_reused", "This Idempotency-Key was used for another request. Use a new key.", false),
        IntakeProblem.InProgress => new(409, "idempotency_in_progress", "The same request is being worked on. Ask again in a moment.", true) { RetryAfter = Soon },
        IntakeProblem.TimedOut => new(504, "hub_timeout", "Hugging Face took too long. Send the same request again; it goes on where it stopped.", true) { RetryAfter = Soon },
        _ => throw new UnreachableException(),
    };

    /// <summary>Why a photo was refused, for the list of <c>errors</c>.</summary>
    public static FieldProblem For(PhotoRefusal refusal, int index) => For(refusal, $"/imageFiles/{index}");

    public static FieldProblem For(PhotoRefusal refusal, string pointer) => new(pointer, refusal.Code switch
    {
        PhotoRefusalCode.Empty => "image_empty",
        PhotoRefusalCode.TooLarge => "image_too_large",
        PhotoRefusalCode.TypeNotAllowed => "image_type_not_allowed",
        PhotoRefusalCode.Corrupt => "image_corrupt",
        PhotoRefusalCode.Dimensions => "image_dimensions",
        _ => throw new UnreachableException(),
    }, refusal.Detail);

    public static FieldProblem Base64Invalid(int index) => new($"/imageFiles/{index}/data", "base64_invalid", "The photo's data is not base64.");

    /// <summary>A request refused for its photos answers with the first one's code and lists all.</summary>
    public static Problem For(IReadOnlyList<FieldProblem> photos) =>
        new(photos[0].Code == "image_too_large" ? 413 : 422, photos[0].Code, photos[0].Detail, false) { Errors = photos };

    /// <summary>An upload that ended for good before its photos were safe, or a training refused at its start.</summary>
    public static Problem Ended(Identity identity)
    {
        var code = identity.FailureCode ?? Failures.UploadFailed;
        if (code is Failures.Canceled)
        {
            return StateConflict(Failures.Text(code));
        }
        return new Problem(503, code is Failures.HubQuota or Failures.NoCredit ? "hub_quota" : "hub_unavailable", Failures.Text(code), false);
    }

    public static Problem? For(Exception trouble) => trouble switch
    {
        HubException hub => For(hub),
        SecretsUnavailableException => SecretsUnavailable,
        Azure.RequestFailedException or AggregateException or TimeoutException => StorageUnavailable,
        SpoolException => StorageFull,
        BodyTooLargeException large => BodyTooLarge(large.LimitBytes),
        BadHttpRequestException { StatusCode: 408 } => Timeout,
        BadHttpRequestException => Malformed("The request body ended early or is not well-formed."),
        _ => null,
    };

    private static Problem For(HubException hub) => hub.Fault switch
    {
        HubFault.RateLimited => new(503, "hub_rate_limited", "Hugging Face asks us to slow down. Try again later.", true) { RetryAfter = hub.RetryAfter ?? Later },
        HubFault.Auth => new(503, "hub_auth_failed", "Could not authenticate with Hugging Face. Please tell the operator.", true) { RetryAfter = Later },
        HubFault.Quota => new(503, "hub_quota", Failures.Text(Failures.HubQuota), false),
        HubFault.BadResponse => new(502, "hub_bad_response", "Hugging Face gave an answer we do not understand. Try again in a moment.", true) { RetryAfter = Soon },
        _ => new(503, "hub_unavailable", "Hugging Face does not answer just now. Try again in a moment.", true) { RetryAfter = hub.RetryAfter ?? Soon },
    };

    /// <summary>A field name is somebody else's text: enough of it to find the mistake.</summary>
    private static string Shown(string field) => new([.. field.Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.').Take(40)]);
}
