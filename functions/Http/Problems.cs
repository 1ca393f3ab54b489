using System.Diagnostics;
using TrainIdentity.Auth;
using TrainIdentity.Hub;
using TrainIdentity.Identities;
using TrainIdentity.Photos;
using TrainIdentity.Secrets;

namespace TrainIdentity.Functions.Http;

/// <summary>Every refusal this service gives, with the texts of the original kept to the letter. Status and code come from <see cref="ProblemKinds"/>.</summary>
internal static class Problems
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    public static Problem NotConfigured => new(ProblemKinds.NotConfigured, "HUGGINGFACE_TOKEN environment variable not set");

    public static Problem TrainerNotConfigured => new(ProblemKinds.NotConfigured, "HUGGINGFACE_TRAINER_TOKEN environment variable not set");

    public static Problem TrainingNotConfigured => new(ProblemKinds.NotConfigured, "Training__Image setting not set");

    public static Problem IdentityNotFound => new(ProblemKinds.IdentityNotFound, "Identity not found");

    public static Problem StateConflict(string detail) => new(ProblemKinds.StateConflict, detail);

    public static Problem IdentityDeleted => new(ProblemKinds.IdentityDeleted, "What this request made was deleted. Send it with a new Idempotency-Key to make it anew.");

    public static Problem TrainingPaused(TimeSpan? retryAfter) =>
        new(ProblemKinds.TrainingPaused, "No training is started just now. Try again later.") { RetryAfter = retryAfter ?? Later };

    public static Problem DraftClosed => StateConflict("This identity takes no photos any more. To use others, begin a new one.");

    public static Problem PhotosMissing(Identity identity) => new(ProblemKinds.PhotosMissing, Failures.Text(Failures.PhotosMissing))
    {
        Errors = [.. identity.LostPhotos.Select(number => new FieldProblem($"/photos/{number}", ProblemKinds.PhotosMissing, $"Upload photo {number} again."))],
    };

    public static Problem NotFound => new(ProblemKinds.NotFound, "There is nothing at this address.");

    public static Problem MethodNotAllowed => new(ProblemKinds.MethodNotAllowed, "This address does not take this method; the Allow header lists those it takes.");

    public static Problem NotAcceptable(string mediaType) =>
        new(ProblemKinds.NotAcceptable, $"This address does not answer with any of the media types in the Accept header. Ask for {mediaType}.");

    public static Problem PhotoNotFound => new(ProblemKinds.PhotoNotFound, "A draft has no photo of this number; photos are numbered from 1 on.");

    public static Problem PreviewNotFound => new(ProblemKinds.PhotoNotFound, "This identity has no such preview; the ones it has are listed with it.");

    public static Problem ThumbnailNotFound => new(ProblemKinds.PhotoNotFound, "This identity has no thumbnail, or it is not in its repository yet.");

    public static Problem PreconditionFailed => new(ProblemKinds.PreconditionFailed, "The identity has changed meanwhile. Read it again and send the change with its new ETag.");

    public static Problem PreconditionRequired => new(ProblemKinds.PreconditionRequired, "Say with If-Match which version this change is for: the ETag of the identity as you read it.");

    public static Problem HeadersTooLarge => new(ProblemKinds.HeadersTooLarge, "The request's headers are too large. Send fewer or shorter ones.");

    public static Problem Busy => new(ProblemKinds.Busy, "Too much is being uploaded just now. Try again in a moment.") { RetryAfter = Soon };

    public static Problem RateLimited(TimeSpan retryAfter) =>
        new(ProblemKinds.RateLimited, "That were too many requests within a minute. Wait a moment and try again.") { RetryAfter = retryAfter };

    public static Problem MediaType => new(ProblemKinds.MediaTypeNotSupported, "Send the body as application/json or multipart/form-data, without a content encoding.");

    public static Problem UserMismatch => new(ProblemKinds.UserMismatch, "The userId in the request is not the signed-in user. Leave it out, or send your own.");

    public static Problem KeyInvalid => new(ProblemKinds.KeyInvalid, "Idempotency-Key must be one value of 1 to 255 visible ASCII characters.");

    public static Problem WebhookUnauthorized => new(ProblemKinds.WebhookUnauthorized, "The webhook secret is missing or wrong.");

    public static Problem SecretsUnavailable => new(ProblemKinds.SecretsUnavailable, "The service cannot read its secrets just now. Try again in a moment.") { RetryAfter = Later };

    public static Problem StorageUnavailable => new(ProblemKinds.StorageUnavailable, "The service cannot reach its storage just now. Try again in a moment.") { RetryAfter = Soon };

    public static Problem StorageFull => new(ProblemKinds.StorageFull, "The service has no room for the photos just now. Try again in a moment.") { RetryAfter = Later };

    public static Problem Timeout => new(ProblemKinds.RequestTimeout, "The request arrived too slowly. Try again on a better connection.");

    public static Problem Internal => new(ProblemKinds.InternalError, "Something went wrong on our side. Try again; nothing is done twice.");

    public static Problem Malformed(string detail) => new(ProblemKinds.RequestMalformed, detail);

    public static Problem UnknownField(string field) => new(ProblemKinds.UnknownField, $"The field '{Shown(field)}' is not part of this request.");

    public static Problem BodyTooLarge(long limit) =>
        new(ProblemKinds.BodyTooLarge, $"The request is larger than {limit:N0} bytes. Send less at a time.");

    public static Problem ConsentRequired => new(ProblemKinds.ConsentRequired, "Please confirm consent to use these images");

    public static Problem For(TokenRefusal refusal) => refusal switch
    {
        TokenRefusal.Missing => new(ProblemKinds.TokenMissing, "Sign in and send the token as 'Authorization: Bearer'."),
        TokenRefusal.Invalid => new(ProblemKinds.TokenInvalid, "The token is not valid here. Sign in again."),
        TokenRefusal.Expired => new(ProblemKinds.TokenExpired, "The token has expired. Sign in again."),
        TokenRefusal.NotYetValid => new(ProblemKinds.TokenNotYetValid, "The token is not valid yet. Check the clock of the device."),
        TokenRefusal.RoleNotAllowed => new(ProblemKinds.RoleNotAllowed, "This token does not belong to a signed-in person."),
        TokenRefusal.IssuerUnavailable => new(ProblemKinds.IdpUnavailable, "The sign-in service does not answer, so the token cannot be checked. Try again in a moment.") { RetryAfter = Later },
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

    public static Problem For(QuotaLimit over, TimeSpan? retryAfter) => new(ProblemKinds.QuotaExceeded, over switch
    {
        QuotaLimit.Active => "You have as many uploads and trainings under way as you may. Wait until one has ended.",
        QuotaLimit.Stored => "You have as many identities as you may. Delete one first.",
        QuotaLimit.Drafts => "You have as many unfinished uploads as you may. Finish or delete one first.",
        QuotaLimit.PerDay => "You have started as many trainings today as you may. Try again tomorrow.",
        QuotaLimit.UsdPerDay => "Your trainings of today have cost as much as they may. Try again tomorrow.",
        QuotaLimit.BytesPerDay => "You have uploaded as much today as you may. Try again tomorrow.",
        _ => throw new UnreachableException(),
    })
    {
        RetryAfter = retryAfter ?? Later,
    };

    public static Problem For(IntakeProblem problem) => problem switch
    {
        IntakeProblem.Erased => IdentityDeleted,
        IntakeProblem.NotFound => IdentityNotFound,
        IntakeProblem.NoSuchPhoto => PhotoNotFound,
        IntakeProblem.Closed => DraftClosed,
        IntakeProblem.NameRequired => new(ProblemKinds.NameRequired, "Identity name is required"),
        IntakeProblem.NameInvalid => new(ProblemKinds.NameInvalid,
            $"The name must have at most {IdentityName.MaxClusters} characters and no control characters or line breaks."),
        IntakeProblem.TooFewImages => new(ProblemKinds.TooFewImages, "At least 3 images are required for training"),
        IntakeProblem.TooManyImages => new(ProblemKinds.TooManyImages, "Maximum 40 images allowed"),
        IntakeProblem.NotEnoughDistinctImages => new(ProblemKinds.NotEnoughDistinctImages, "At least 3 different images are required for training; some of these are the same."),
        IntakeProblem.KeyReused => new(ProblemKinds.KeyReused, "This Idempotency-Key was used for another request. Use a new key."),
        IntakeProblem.InProgress => new(ProblemKinds.InProgress, "The same request is being worked on. Ask again in a moment.") { RetryAfter = Soon },
        IntakeProblem.TimedOut => new(ProblemKinds.HubTimeout, "Hugging Face took too long. Send the same request again; it goes on where it stopped.") { RetryAfter = Soon },
        _ => throw new UnreachableException(),
    };

    /// <summary>Why a photo was refused, for the list of <c>errors</c>.</summary>
    public static FieldProblem For(PhotoRefusal refusal, int index) => For(refusal, $"/imageFiles/{index}");

    public static FieldProblem For(PhotoRefusal refusal, string pointer) => new(pointer, refusal.Code switch
    {
        PhotoRefusalCode.Empty => ProblemKinds.ImageEmpty,
        PhotoRefusalCode.TooLarge => ProblemKinds.ImageTooLarge,
        PhotoRefusalCode.TypeNotAllowed => ProblemKinds.ImageTypeNotAllowed,
        PhotoRefusalCode.Corrupt => ProblemKinds.ImageCorrupt,
        PhotoRefusalCode.Dimensions => ProblemKinds.ImageDimensions,
        _ => throw new UnreachableException(),
    }, refusal.Detail);

    public static FieldProblem Base64Invalid(int index) => new($"/imageFiles/{index}/data", ProblemKinds.Base64Invalid, "The photo's data is not base64. Send the bytes of the file in base64, alone or as a data URL.");

    /// <summary>What is wrong with one field by itself, for the list of <c>errors</c>.</summary>
    public static FieldProblem At(string pointer, Problem problem) => new(pointer, problem.Kind, problem.Detail);

    /// <summary>A request refused for its fields answers with the first one's status and code, and lists all.</summary>
    public static Problem For(IReadOnlyList<FieldProblem> fields) => new(fields[0].Kind, fields[0].Detail) { Errors = fields };

    /// <summary>An upload that ended for good before its photos were safe, or a training refused at its start.</summary>
    public static Problem Ended(Identity identity)
    {
        var code = identity.FailureCode ?? Failures.UploadFailed;
        if (code is Failures.Canceled)
        {
            return StateConflict(Failures.Text(code));
        }
        return new Problem(code is Failures.HubQuota or Failures.NoCredit ? ProblemKinds.HubQuota : ProblemKinds.HubUnavailable, Failures.Text(code)) { Retryable = false };
    }

    public static Problem? For(Exception trouble) => trouble switch
    {
        HubException hub => For(hub),
        SecretsUnavailableException => SecretsUnavailable,
        Azure.RequestFailedException or AggregateException or TimeoutException or LaterRowException => StorageUnavailable,
        SpoolException => StorageFull,
        BodyTooLargeException large => BodyTooLarge(large.LimitBytes),
        BusyException => Busy,
        BadHttpRequestException { StatusCode: 408 } => Timeout,
        BadHttpRequestException => Malformed("The request body ended early or is not well-formed."),
        _ => null,
    };

    private static Problem For(HubException hub) => hub.Fault switch
    {
        HubFault.RateLimited => new(ProblemKinds.HubRateLimited, "Hugging Face asks us to slow down. Try again later.") { RetryAfter = hub.RetryAfter ?? Later },
        HubFault.Auth => new(ProblemKinds.HubAuthFailed, "Could not authenticate with Hugging Face. Please tell the operator.") { RetryAfter = Later },
        HubFault.Quota => new(ProblemKinds.HubQuota, Failures.Text(Failures.HubQuota)),
        HubFault.BadResponse => new(ProblemKinds.HubBadResponse, "Hugging Face gave an answer we do not understand. Try again in a moment.") { RetryAfter = Soon },
        _ => new(ProblemKinds.HubUnavailable, "Hugging Face does not answer just now. Try again in a moment.") { RetryAfter = hub.RetryAfter ?? Soon },
    };

    /// <summary>A field name is somebody else's text: enough of it to find the mistake.</summary>
    private static string Shown(string field) => new([.. field.Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.').Take(40)]);
}
