using Microsoft.Net.Http.Headers;
using TrainIdentity.Auth;
using TrainIdentity.Identities;
using TrainIdentity.Photos;

namespace TrainIdentity.Functions.Http;

internal sealed class LimitOptions
{
    /// <summary>Of a one-shot request; below the host's <c>FUNCTIONS_REQUEST_BODY_SIZE_LIMIT</c>, whose refusal is an empty 500.</summary>
    public long OneShotBytes { get; set; } = 1_200_000_000;
}

internal sealed class ConsentOptions
{
    /// <summary>Off by default: clients of the original do not send it.</summary>
    public bool Required { get; set; }
}

/// <summary>Reads and judges a one-shot upload. Nothing exists anywhere before the whole request has been found good.</summary>
internal sealed class UploadRequest(PhotoReader photos, IntakeOptions intake, LimitOptions limits, ConsentOptions consent, TimeProvider clock)
{
    private const int MaxKeyChars = 255;

    /// <summary>The request as a submission, or the problem; the draft owns the photos either way.</summary>
    public async Task<(Submission? Submission, Problem? Problem)> ReadAsync(HttpRequest request, Caller caller, UploadDraft draft, CancellationToken stop)
    {
        if (!TryKey(request, out var key))
        {
            return (null, Problems.KeyInvalid);
        }
        if (request.ContentLength > limits.OneShotBytes)
        {
            return (null, Problems.BodyTooLarge(limits.OneShotBytes));
        }
        if (request.Headers.ContentEncoding.Any(encoding => encoding is not ("identity" or "")))
        {
            return (null, Problems.MediaType);
        }

        var body = new CountedBody(request.Body, limits.OneShotBytes);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            return (null, Problems.MediaType);
        }
        if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            await new JsonUpload(body, draft).ReadAsync(stop);
        }
        else if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
            if (boundary is not { Length: > 0 and <= MultipartUpload.MaxBoundaryChars })
            {
                return (null, Problems.Malformed("multipart/form-data needs a boundary of 1 to 70 characters."));
            }
            await new MultipartUpload(body, boundary, draft).ReadAsync(stop);
        }
        else
        {
            return (null, Problems.MediaType);
        }

        return draft.Refusal is { } refusal ? (null, refusal) : Judge(draft, caller, key);
    }

    public UploadDraft NewDraft() => new(photos, intake.MaxPhotos);

    private (Submission? Submission, Problem? Problem) Judge(UploadDraft draft, Caller caller, string? key)
    {
        if (draft.UserId is { } user && user != caller.Subject)
        {
            return (null, Problems.UserMismatch);
        }
        if (IdentityName.Read(draft.IdentityName, out var name) is { } nameProblem)
        {
            return (null, Problems.For(nameProblem));
        }
        if (draft.PhotoCount < intake.MinPhotos)
        {
            return (null, Problems.For(IntakeProblem.TooFewImages) with { Errors = draft.PhotoProblems.Count > 0 ? draft.PhotoProblems : null });
        }
        if (draft.PhotoProblems.Count > 0)
        {
            return (null, Problems.For(draft.PhotoProblems));
        }

        var given = draft.Consent?.Given(clock.GetUtcNow());
        return given is null && (consent.Required || draft.Consent is not null)
            ? (null, Problems.ConsentRequired)
            : (new Submission(name!, draft.Photos, key, given), null);
    }

    internal static bool TryKey(HttpRequest request, out string? key)
    {
        var values = request.Headers["Idempotency-Key"];
        key = values.Count == 1 ? values[0] : null;
        return values.Count == 0 || (key is { Length: > 0 and <= MaxKeyChars } && key.All(c => c is > ' ' and < (char)0x7f));
    }
}
