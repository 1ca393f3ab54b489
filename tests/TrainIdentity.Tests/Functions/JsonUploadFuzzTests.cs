using System.Text;
using System.Text.Json;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Functions;

public sealed class JsonUploadFuzzTests : IDisposable
{
    private const int Runs = 4_000;
    private const long MostBytes = 16 << 20;

    private static readonly string[] Fields = ["identityName", "imageFiles", "userId", "consent", "data", "name", "version", "subject"];

    private static readonly byte[][] Corpus =
    [
        UploadDesk.JsonBody("Mom", 1, 2, 3),
        """{"identityName":"D\u00e4d","consent":true,"imageFiles":[{"name":null,"data":"data:image/png;base64,QUJD\nRA=="},{"data":""},{}]}"""u8.ToArray(),
        """{"userId":null,"consent":{"version":"1","subject":"self"},"imageFiles":[]}"""u8.ToArray(),
        "{}"u8.ToArray(),
    ];

    private static readonly byte[][] Words =
    [
        .. "{ } [ ] , : \" \\ null true false 1e9 -0 \\u0000 \\ud800 \\\" // /* data: ;base64, ==".Split(' ').Concat(Fields.Select(field => $"\"{field}\":")).Select(Encoding.UTF8.GetBytes),
        [0xEF, 0xBB, 0xBF], [0xFF], [0],
    ];

    private readonly UploadDesk _desk = new();

    /// <summary>Nothing is thrown, little is allocated, pieces make no difference, and what is accepted is JSON of our fields to another reader too.</summary>
    [Fact]
    public void Any_bytes_are_taken_or_refused() => Fuzz.Run("JSON uploads", Corpus, seed: 1, Runs, Try, Words);

    private void Try(byte[] body)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = _desk.ReadAsync(UploadDesk.Json, body).GetAwaiter().GetResult();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        Assert.Equal(outcome, _desk.ReadAsync(UploadDesk.Json, body, 1 + (body.Length % 97), 5000).GetAwaiter().GetResult());
        if (outcome.Fingerprint is not null)
        {
            using var json = JsonDocument.Parse(body);
            Assert.All(json.RootElement.EnumerateObject(), member => Assert.Contains(member.Name, Fields));
            Assert.InRange(json.RootElement.GetProperty("imageFiles").GetArrayLength(), 3, 40);
        }
    }

    public void Dispose() => _desk.Dispose();
}
