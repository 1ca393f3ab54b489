using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainIdentity.Tests.Photos;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Output;

/// <summary>One person whose every detail is a word that occurs nowhere else, and all that came back over HTTP.</summary>
internal sealed class CanaryRun(ServiceRig rig)
{
    public const string User = "canary-uid-7f3ac1";
    public const string Name = "Xylocanarius Quendolin";
    public const string PhotoBytes = "PHOTOBYTESCANARYPHOTOBYTES";
    public const string Gps = ExifBytes.Canary;

    public List<Reply> Replies { get; } = [];

    public string Token { get; } = rig.Token(User);

    /// <summary>A photo whose metadata and whose pixels can be found again.</summary>
    public static byte[] Photo(int number) => JpegBytes.Join(
        JpegBytes.Soi, ExifBytes.Segment(6), JpegBytes.Tables, JpegBytes.Frame(), JpegBytes.Scan(), Encoding.ASCII.GetBytes(PhotoBytes), [(byte)number, 0x10], JpegBytes.Eoi);

    public static HttpContent Upload(string name = Name, int from = 1) =>
        Uploads.Json(name, Enumerable.Range(from, 3).Select(n => Convert.ToBase64String(Photo(n))));

    public async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string, string)[] headers)
    {
        var reply = await rig.SendAsync(method, path, null, content, [("Authorization", $"Bearer {Token}"), .. headers]);
        Replies.Add(reply);
        return reply;
    }

    public Task<Reply> UploadAsync(HttpContent content) => SendAsync(HttpMethod.Post, "/api/train-identity", content);

    public Task<Reply> HookAsync(string repo, string secret, params (string, string)[] headers) => SendAsync(
        HttpMethod.Post, "/api/training-status",
        Uploads.Text(new JsonObject
        {
            ["event"] = new JsonObject { ["action"] = "update", ["scope"] = "repo.content" },
            ["repo"] = new JsonObject { ["type"] = "model", ["name"] = repo },
            ["webhook"] = new JsonObject { ["id"] = "x", ["version"] = 3 },
        }.ToJsonString()),
        [("X-Webhook-Secret", secret), .. headers]);

    /// <summary>Status line, headers and body of everything that was answered.</summary>
    public IEnumerable<string> Answered(Func<Reply, bool>? which = null) => Replies.Where(which ?? (_ => true)).Select(reply =>
        $"{reply.Status} {string.Join(' ', reply.Headers.Concat(reply.ContentHeaders).Select(header => $"{header.Key}: {string.Join(',', header.Value)}"))} {Uri.UnescapeDataString(reply.Text)} {Plain(reply.Text)}");

    /// <summary>Nowhere in these texts, however it is written.</summary>
    public static void AssertAbsent(string what, string canary, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            foreach (var spelling in Canaries.Spellings(canary))
            {
                Assert.False(text.Contains(spelling, StringComparison.OrdinalIgnoreCase), $"{what} has got into: {text}");
            }
        }
    }

    private static string Plain(string body)
    {
        try
        {
            return JsonNode.Parse(body)?.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? "";
        }
        catch (JsonException)
        {
            return body;
        }
    }
}
