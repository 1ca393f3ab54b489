using System.Text;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Functions;

public sealed class MultipartFuzzTests : IDisposable
{
    private const int Runs = 4_000;
    private const long MostBytes = 16 << 20;

    private static readonly byte[][] Corpus =
    [
        UploadDesk.FormBody("Mom", 1, 2, 3),
        "--b\r\nContent-Disposition: form-data; name=\"images\"; filename*=UTF-8''%e2%82%ac.png\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n"u8.ToArray(),
        "preamble\r\n--b\r\nContent-Disposition: form-data; name=consent\r\n\r\ntrue\r\n--b--\r\nepilogue"u8.ToArray(),
        "--b--\r\n"u8.ToArray(),
    ];

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "--b\r\n", "--b--\r\n", "\r\n", "\r\n\r\n", "--", "Content-Disposition: form-data; name=\"", "Content-Type: multipart/mixed; boundary=c\r\n", "Content-Transfer-Encoding: base64\r\n",
            "images", "identityName", "userId", "consent", "consentVersion", "\"", "; filename=", "=?utf-8?B?", new string('a', 300),
        }.Select(Encoding.ASCII.GetBytes),
        [0], [0xFF, 0xFE],
    ];

    private readonly UploadDesk _desk = new();

    /// <summary>Nothing is thrown, little is allocated, pieces make no difference, and what is accepted had a last boundary.</summary>
    [Fact]
    public void Any_bytes_are_taken_or_refused() => Fuzz.Run("forms", Corpus, seed: 2, Runs, Try, Words);

    private void Try(byte[] body)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = _desk.ReadAsync(UploadDesk.Form, body).GetAwaiter().GetResult();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        Assert.Equal(outcome, _desk.ReadAsync(UploadDesk.Form, body, 1 + (body.Length % 97), 5000).GetAwaiter().GetResult());
        if (outcome.Fingerprint is not null)
        {
            Assert.Contains("--b--", Encoding.Latin1.GetString(body), StringComparison.Ordinal);
        }
    }

    public void Dispose() => _desk.Dispose();
}
