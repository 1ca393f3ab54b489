using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using TrainIdentity.Auth;
using TrainIdentity.Identities;
using TrainIdentity.Photos;

namespace TrainIdentity.Functions.Http;

internal sealed class ConsentOptions
{
    /// <summary>Off by default: clients of the original do not send it.</summary>
    public bool Required { get; set; }
}

/// <summary>Reads and judges a one-shot upload. Nothing exists anywhere before the whole request has been found good.</summary>
internal sealed partial class UploadRequest(PhotoReader photos, IntakeOptions intake, ConsentOptions consent, ConsentText text, TimeProvider clock, ILogger<UploadRequest> logger)
{
    private const int MaxKeyChars = 255;
    private const string Form = "multipart/form-data";

    private static Problem BadBoundary => Problems.Malformed(
        $"multipart/form-data needs a boundary of 1 to {MultipartUpload.MaxBoundaryChars} characters, without spaces.");

    /// <summary>The request as a submission, or the problem; the draft owns the photos either way.</summary>
    public async Task<(Submission? Submission, Problem? Problem)> ReadAsync(HttpRequest request, Caller caller, UploadDraft draft, CancellationToken stop)
    {
        if (!TryKey(request, out var key))
        {
            return (null, Problems.KeyInvalid);
        }
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            return (null, IsForm(request.ContentType) ? BadBoundary : Problems.MediaType);
        }
        if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) && IsUtf8(type.Charset))
        {
            await new JsonUpload(request.BodyReader, draft).ReadAsync(stop);
        }
        else if (type.MediaType.Equals(Form, StringComparison.OrdinalIgnoreCase))
        {
            var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
            if (!MultipartUpload.IsBoundary(boundary))
            {
                return (null, BadBoundary);
            }
            await new MultipartUpload(request.Body, boundary, draft).ReadAsync(stop);
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
            Log.OtherUser(logger, caller.Mark);
            return (null, Problems.UserMismatch);
        }

        // All at once, so that nobody mends a form field by field.
        var wrong = new List<FieldProblem>();
        if (IdentityName.Read(draft.IdentityName, out var name) is { } nameProblem)
        {
            wrong.Add(Problems.At("/identityName", Problems.For(nameProblem)));
        }
        if (draft.PhotoCount < intake.MinPhotos)
        {
            wrong.Add(Problems.At("/imageFiles", Problems.For(IntakeProblem.TooFewImages)));
        }
        wrong.AddRange(draft.PhotoProblems);
        if (draft.PhotoCount >= intake.MinPhotos && draft.MostDistinct < intake.MinPhotos)
        {
            wrong.Add(Problems.At("/imageFiles", Problems.For(IntakeProblem.NotEnoughDistinctImages)));
        }
        var given = draft.Consent?.Given(text, clock.GetUtcNow());
        if (given is null && (consent.Required || draft.Consent is not null))
        {
            wrong.Add(Problems.At("/consent", Problems.ConsentRequired));
        }
        return wrong.Count > 0 ? (null, Problems.For(wrong)) : (new Submission(name!, draft.Photos, key, given), null);
    }

    internal static bool TryKey(HttpRequest request, out string? key)
    {
        var values = request.Headers["Idempotency-Key"];
        key = values.Count == 1 ? values[0] : null;
        return values.Count == 0 || (key is { Length: > 0 and <= MaxKeyChars } && key.All(c => c is > ' ' and < (char)0x7f));
    }

    private static bool IsForm(string? contentType) => contentType?.StartsWith(Form, StringComparison.OrdinalIgnoreCase) ?? false;

    private static bool IsUtf8(StringSegment charset) => charset.Length == 0 || HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Security: caller {Caller} sent the userId of somebody else and was refused.")]
        public static partial void OtherUser(ILogger logger, string caller);
    }
}
