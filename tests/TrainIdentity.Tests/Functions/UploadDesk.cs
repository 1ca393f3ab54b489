using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using TrainIdentity.Auth;
using TrainIdentity.Functions.Http;
using TrainIdentity.Identities;
using TrainIdentity.Photos;
using TrainIdentity.Tests.Photos;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Functions;

/// <summary>Reads uploads as the endpoint does, without a server.</summary>
internal sealed class UploadDesk : IDisposable
{
    public const string Json = "application/json";
    public const string Form = "multipart/form-data; boundary=b";

    private static readonly Caller User = Caller.From("https://issuer.example", "user", primary: true);

    private readonly PhotoDesk _desk = new();
    private readonly UploadRequest _upload;

    public UploadDesk() =>
        _upload = new UploadRequest(new PhotoReader(new PhotoOptions(), _desk.Spool), new IntakeOptions(), new ConsentOptions(), Usual.Terms.Consent, TimeProvider.System, NullLogger<UploadRequest>.Instance);

    /// <summary>The fingerprint of an accepted body, or the code of the refusal. Whatever else is thrown is a defect.</summary>
    public async Task<(string? Fingerprint, string? Code)> ReadAsync(string type, byte[] body, params int[] pieces)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = type;
        context.Request.Body = pieces.Length == 0 ? new MemoryStream(body) : new ChoppedStream(body, pieces);
        try
        {
            using var draft = _upload.NewDraft();
            var (submission, problem) = await _upload.ReadAsync(context.Request, User, draft, TestContext.Current.CancellationToken);
            Assert.True(submission is null ^ problem is null);
            Assert.InRange(submission?.Photos.Count ?? 3, 3, 40);
            return (submission?.Fingerprint, problem?.Code);
        }
        catch (BadHttpRequestException e)
        {
            return (null, Problems.For(e)!.Code);
        }
        finally
        {
            _desk.AssertEmpty();
        }
    }

    public static byte[] JsonBody(string name, params int[] photos) => Encoding.UTF8.GetBytes(
        $$"""{"imageFiles":[{{string.Join(',', photos.Select(n => $$"""{"data":"{{TinyPhotos.Base64(n)}}","name":"x"}"""))}}],"consent":{"version":"{{Usual.Terms.Consent.Version}}","subject":"self"},"identityName":"{{name}}","userId":"user"}""");

    public static byte[] FormBody(string name, params int[] photos)
    {
        using var body = new MemoryStream();
        Part("identityName", Encoding.UTF8.GetBytes(name));
        Part("consentSubject", "self"u8);
        foreach (var n in photos)
        {
            Part("images", TinyPhotos.Png(n));
        }
        Part("consentVersion", Encoding.ASCII.GetBytes(Usual.Terms.Consent.Version));
        body.Write("--b--\r\n"u8);
        return body.ToArray();

        void Part(string field, ReadOnlySpan<byte> content)
        {
            body.Write(Encoding.ASCII.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n"));
            body.Write(content);
            body.Write("\r\n"u8);
        }
    }

    public void Dispose() => _desk.Dispose();
}
