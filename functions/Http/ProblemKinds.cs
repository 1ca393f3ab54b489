namespace TrainIdentity.Functions.Http;

/// <summary>
/// Every way in which this service says no, once. Problems are made from these rows alone; <c>docs/errors.md</c> and
/// <c>openapi.json</c> repeat them, and a test compares the three.
/// </summary>
internal static class ProblemKinds
{
    // First, because fields are set in the order in which they stand.
    private static readonly List<ProblemKind> Rows = [];

    public static readonly ProblemKind RequestMalformed = Row(400, "request_malformed", false, "Malformed request",
        "The body or a parameter is not what this address takes: bad JSON or multipart, a wrong type, a field twice, text after the end, a body that ends early.");
    public static readonly ProblemKind UnknownField = Row(400, "unknown_field", false, "Unknown field",
        "A field or parameter is not part of the contract; the text names it.");
    public static readonly ProblemKind KeyInvalid = Row(400, "idempotency_key_invalid", false, "Invalid Idempotency-Key",
        "The header is empty, longer than 255 characters, not visible ASCII, or given twice.");
    public static readonly ProblemKind TokenMissing = Row(401, "token_missing", false, "Not signed in",
        "There is no bearer token in the Authorization header.");
    public static readonly ProblemKind TokenInvalid = Row(401, "token_invalid", false, "Token not valid",
        "Signature, algorithm, issuer, audience or claims of the token are not accepted.");
    public static readonly ProblemKind TokenExpired = Row(401, "token_expired", false, "Token expired",
        "The token has expired.");
    public static readonly ProblemKind TokenNotYetValid = Row(401, "token_not_yet_valid", false, "Token not yet valid",
        "The token is not valid yet.");
    public static readonly ProblemKind WebhookUnauthorized = Row(401, "webhook_unauthorized", false, "Webhook not authorized",
        "The webhook's secret is missing or wrong.");
    public static readonly ProblemKind RoleNotAllowed = Row(403, "role_not_allowed", false, "Not a person",
        "The token is genuine but belongs to an anonymous user, a service or an app.");
    public static readonly ProblemKind UserMismatch = Row(403, "user_mismatch", false, "Another user",
        "The userId in the body is not the signed-in user.");
    public static readonly ProblemKind IdentityNotFound = Row(404, "identity_not_found", false, "Identity not found",
        "There is no such identity, or it is somebody else's.");
    public static readonly ProblemKind PhotoNotFound = Row(404, "photo_not_found", false, "Photo not found",
        "There is no such photo or picture of this identity.");
    public static readonly ProblemKind NotFound = Row(404, "not_found", false, "Nothing here",
        "There is nothing at this address.");
    public static readonly ProblemKind MethodNotAllowed = Row(405, "method_not_allowed", false, "Method not allowed",
        "The address does not take this method; Allow lists those it takes.");
    public static readonly ProblemKind NotAcceptable = Row(406, "not_acceptable", false, "Not acceptable",
        "The Accept header excludes what this address answers with.");
    public static readonly ProblemKind RequestTimeout = Row(408, "request_timeout", true, "Request too slow",
        "The body arrived too slowly.");
    public static readonly ProblemKind InProgress = Row(409, "idempotency_in_progress", true, "Already being worked on",
        "The same request is running.");
    public static readonly ProblemKind StateConflict = Row(409, "state_conflict", false, "Not in this state",
        "The identity is in a state that does not allow this.");
    public static readonly ProblemKind PhotosMissing = Row(409, "photos_missing", false, "Photos missing",
        "Photos of a draft are no longer held and must be sent again; errors names them.");
    public static readonly ProblemKind IdentityDeleted = Row(410, "identity_deleted", false, "Identity deleted",
        "What this Idempotency-Key made was deleted.");
    public static readonly ProblemKind LengthRequired = Row(411, "length_required", false, "Length required",
        "Reserved: every address takes bodies without a Content-Length today.");
    public static readonly ProblemKind PreconditionFailed = Row(412, "precondition_failed", false, "Changed meanwhile",
        "The identity has changed since the version in If-Match.");
    public static readonly ProblemKind BodyTooLarge = Row(413, "body_too_large", false, "Request too large",
        "The body is larger than allowed.");
    public static readonly ProblemKind ImageTooLarge = Row(413, "image_too_large", false, "Photo too large",
        "A photo is larger than allowed.");
    public static readonly ProblemKind MediaTypeNotSupported = Row(415, "media_type_not_supported", false, "Media type not supported",
        "The body's media type, charset or content encoding is not taken.");
    public static readonly ProblemKind NameRequired = Row(422, "name_required", false, "Name required",
        "The identity has no name.");
    public static readonly ProblemKind NameInvalid = Row(422, "name_invalid", false, "Name not valid",
        "The name is too long or holds control characters or line breaks.");
    public static readonly ProblemKind TooFewImages = Row(422, "too_few_images", false, "Too few photos",
        "There are fewer than 3 photos.");
    public static readonly ProblemKind TooManyImages = Row(422, "too_many_images", false, "Too many photos",
        "There are more than 40 photos.");
    public static readonly ProblemKind NotEnoughDistinctImages = Row(422, "not_enough_distinct_images", false, "Too few different photos",
        "Fewer than 3 of the photos are different ones.");
    public static readonly ProblemKind ImageEmpty = Row(422, "image_empty", false, "Empty photo",
        "A photo has no bytes.");
    public static readonly ProblemKind ImageTypeNotAllowed = Row(422, "image_type_not_allowed", false, "Not a photo",
        "A photo is neither JPEG nor PNG, or a thumbnail is no JPEG.");
    public static readonly ProblemKind ImageCorrupt = Row(422, "image_corrupt", false, "Damaged photo",
        "A photo is damaged.");
    public static readonly ProblemKind ImageDimensions = Row(422, "image_dimensions", false, "Photo of a wrong size",
        "A photo has too few or too many pixels.");
    public static readonly ProblemKind Base64Invalid = Row(422, "base64_invalid", false, "Not base64",
        "A photo's data is not base64.");
    public static readonly ProblemKind ConsentRequired = Row(422, "consent_required", false, "Consent required",
        "Consent is missing, refused or of an unknown version.");
    public static readonly ProblemKind KeyReused = Row(422, "idempotency_key_reused", false, "Idempotency-Key reused",
        "This Idempotency-Key was used for another request.");
    public static readonly ProblemKind PreconditionRequired = Row(428, "precondition_required", false, "If-Match required",
        "The change must say with If-Match which version it is for.");
    public static readonly ProblemKind RateLimited = Row(429, "rate_limited", true, "Too many requests",
        "More requests in a minute than allowed; Retry-After says when to come back.");
    public static readonly ProblemKind QuotaExceeded = Row(429, "quota_exceeded", true, "Quota used up",
        "A quota of this user is used up.");
    public static readonly ProblemKind HeadersTooLarge = Row(431, "headers_too_large", false, "Headers too large",
        "The request's headers are larger than 16 KiB, or there are too many.");

    public static readonly ProblemKind InternalError = Row(500, "internal_error", true, "Our mistake",
        "A mistake on our side.");
    public static readonly ProblemKind HubBadResponse = Row(502, "hub_bad_response", true, "Hugging Face not understood",
        "Hugging Face gave an answer that makes no sense.");
    public static readonly ProblemKind Busy = Row(503, "busy", true, "Busy",
        "More is being uploaded just now than there is room for; nothing of the body was kept.");
    public static readonly ProblemKind StorageFull = Row(503, "storage_full", true, "No room",
        "There is no room for the photos just now.");
    public static readonly ProblemKind NotConfigured = Row(503, "not_configured", false, "Not configured",
        "The operator has not set what a training needs.");
    public static readonly ProblemKind IdpUnavailable = Row(503, "idp_unavailable", true, "Sign-in service unavailable",
        "The sign-in service does not answer, so the token cannot be checked.");
    public static readonly ProblemKind SecretsUnavailable = Row(503, "secrets_unavailable", true, "Secrets unavailable",
        "The service cannot read its secrets.");
    public static readonly ProblemKind StorageUnavailable = Row(503, "storage_unavailable", true, "Storage unavailable",
        "The service cannot reach its tables.");
    public static readonly ProblemKind HubUnavailable = Row(503, "hub_unavailable", true, "Hugging Face unavailable",
        "Hugging Face does not answer; with retryable false, the upload or the start of its training was refused for good.");
    public static readonly ProblemKind HubRateLimited = Row(503, "hub_rate_limited", true, "Hugging Face asks to wait",
        "Hugging Face asks us to slow down.");
    public static readonly ProblemKind HubAuthFailed = Row(503, "hub_auth_failed", true, "Hugging Face refuses us",
        "Hugging Face does not accept the service's token.");
    public static readonly ProblemKind HubQuota = Row(503, "hub_quota", false, "Hugging Face account used up",
        "The service's account at Hugging Face has no credit or room left.");
    public static readonly ProblemKind TrainingPaused = Row(503, "training_paused", true, "Trainings paused",
        "No training is started just now.");
    public static readonly ProblemKind HubTimeout = Row(504, "hub_timeout", true, "Hugging Face too slow",
        "The time of the request was used up before the photos were safe; the same request goes on where it stopped.");

    public static IReadOnlyList<ProblemKind> All => Rows;

    private static ProblemKind Row(int status, string code, bool retryable, string title, string when)
    {
        var row = new ProblemKind(status, code, retryable, title, when);
        Rows.Add(row);
        return row;
    }
}
