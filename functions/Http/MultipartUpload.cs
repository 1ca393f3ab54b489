using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using TrainIdentity.Photos;

namespace TrainIdentity.Functions.Http;

/// <summary>
/// Reads a multipart body section by section, in any order. A part is what its field name says: <c>images</c> is a photo with
/// or without a file name, and file names are never looked at. Every other field may stand once and photos are counted, so
/// the number of parts needs no limit of its own.
/// </summary>
internal sealed class MultipartUpload(Stream body, string boundary, UploadDraft draft)
{
    public const int MaxBoundaryChars = 70;

    private const int BlockBytes = 128 * 1024;
    private const int MaxHeaders = 16;
    private const int MaxHeaderBytes = 8 * 1024;
    private const int MaxFieldBytes = 4 * 1024;

    private readonly HashSet<string> _seen = [];

    // RFC 2046's characters, but for the space, which is legal and which no browser sends.
    private static readonly SearchValues<char> BoundaryChars =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?");

    public static bool IsBoundary([NotNullWhen(true)] string? text) => text is { Length: > 0 and <= MaxBoundaryChars } && !text.AsSpan().ContainsAnyExcept(BoundaryChars);

    public async Task ReadAsync(CancellationToken stop)
    {
        var reader = new MultipartReader(boundary, body, BlockBytes) { HeadersCountLimit = MaxHeaders, HeadersLengthLimit = MaxHeaderBytes };
        try
        {
            while (draft.Refusal is null && await reader.ReadNextSectionAsync(stop) is { } section)
            {
                await TakeAsync(section, stop);
            }
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException and not SpoolException))
        {
            draft.Refusal ??= Problems.Malformed("The body is not well-formed multipart/form-data.");
        }
    }

    private async Task TakeAsync(MultipartSection section, CancellationToken stop)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase) || HeaderUtilities.RemoveQuotes(disposition.Name).Length == 0)
        {
            draft.Refusal = Problems.Malformed("Every part needs a Content-Disposition of form-data with a name.");
            return;
        }

        if (IsNested(section))
        {
            draft.Refusal = Problems.Malformed("A part may not hold parts of its own, or be encoded.");
            return;
        }

        var field = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
        if (field == "images")
        {
            if (draft.TryBegin(out var index))
            {
                await draft.AddAsync(index, section.Body, stop);
            }
            return;
        }
        if (field is not ("identityName" or "userId" or "consent" or "consentVersion" or "consentSubject"))
        {
            draft.Refusal = Problems.UnknownField(field);
            return;
        }
        if (!_seen.Add(field))
        {
            draft.Refusal = Problems.Malformed($"The field {field} stands twice.");
            return;
        }
        if (await TextAsync(section.Body, stop) is { } text)
        {
            Set(field, text);
        }
    }

    private static bool IsNested(MultipartSection section) =>
        (section.ContentType?.TrimStart().StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) ?? false)
        || (section.Headers?.TryGetValue("Content-Transfer-Encoding", out var encoding) ?? false) && encoding is not ["binary" or "8bit" or "7bit"];

    private void Set(string field, string text)
    {
        var consent = draft.Consent ?? new ConsentInput(null, null, null);
        switch (field)
        {
            case "identityName":
                draft.IdentityName = text;
                break;
            case "userId":
                draft.UserId = text;
                break;
            case "consentVersion":
                draft.Consent = consent with { Version = text };
                break;
            case "consentSubject":
                draft.Consent = consent with { Subject = text };
                break;
            case "consent" when text is "true" or "false":
                draft.Consent = consent with { Agreed = text == "true" };
                break;
            default:
                draft.Refusal = Problems.Malformed("consent must be true or false.");
                break;
        }
    }

    private async Task<string?> TextAsync(Stream body, CancellationToken stop)
    {
        var bytes = new byte[MaxFieldBytes + 1];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop);
        try
        {
            if (read <= MaxFieldBytes)
            {
                return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, read);
            }
        }
        catch (DecoderFallbackException)
        {
            // Refused below.
        }
        draft.Refusal = Problems.Malformed("A field is too long or is not UTF-8.");
        return null;
    }
}
