using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <param name="Scene">What is the case on the Hub when the webhook comes; <see cref="WebhookScene"/> knows how to get there.</param>
/// <param name="Settings">Of a service started for such cases.</param>
/// <param name="Effect">What has become of the identity, as <see cref="WebhookScene"/> finds out.</param>
internal sealed record WebhookCase(string Id, string About, string Scene, IReadOnlyDictionary<string, string>? Settings, WebhookSend? Send, int Status, string? Code, string Effect)
{
    public override string ToString() => $"{Id} {About}";
}

/// <summary>What is sent; left out, all is as Hugging Face sends it.</summary>
/// <param name="Secret">Values of the header. CURRENT and PREVIOUS stand for the configured ones.</param>
/// <param name="Payload">OURS, HUBID, COMMIT and HEAD stand for what they are in the scene.</param>
/// <param name="Body">Sent as it is, instead of the payload.</param>
/// <param name="Bytes">The body is filled up with blanks to this size.</param>
/// <param name="Times">How often; the last answer counts.</param>
internal sealed record WebhookSend(
    IReadOnlyList<string>? Secret = null, string? Query = null, string Method = "POST", string Type = "application/json", string? Encoding = null, JsonObject? Payload = null, string? Body = null,
    int Bytes = 0, bool Chunked = false, int Times = 1, bool Together = false)
{
    public const string Previous = "canary-webhook-secret-before-07";

    private const string Usual = """{"event":{"action":"update","scope":"repo.content"},"repo":{"type":"model","name":"OURS"},"webhook":{"id":"x","version":3}}""";

    public async Task<Reply> ToAsync(ServiceRig rig, Func<string, string> fill)
    {
        if (Together)
        {
            return (await Task.WhenAll(Enumerable.Range(0, Times).Select(_ => OnceAsync(rig, fill))))[^1];
        }

        var reply = await OnceAsync(rig, fill);
        for (var n = 1; n < Times; n++)
        {
            reply = await OnceAsync(rig, fill);
        }
        return reply;
    }

    private Task<Reply> OnceAsync(ServiceRig rig, Func<string, string> fill)
    {
        var text = fill(Body ?? Payload?.ToJsonString() ?? Usual).PadRight(Bytes);
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        HttpContent content = Chunked ? new StreamContent(new Unmeasured(bytes)) : new ByteArrayContent(bytes);
        content.Headers.ContentType = Type.Length > 0 ? new MediaTypeHeaderValue(Type) : null;
        if (Encoding is not null)
        {
            content.Headers.ContentEncoding.Add(Encoding);
        }
        var headers = (Secret ?? ["CURRENT"]).Select(secret => ("X-Webhook-Secret", Secrets(secret))).ToArray();
        return rig.SendAsync(new HttpMethod(Method), $"/api/training-status{Secrets(Query ?? "")}", null, Method == "GET" ? null : content, headers);
    }

    private static string Secrets(string text) =>
        text.Replace("CURRENT", Canaries.WebhookSecret, StringComparison.Ordinal).Replace("PREVIOUS", Previous, StringComparison.Ordinal);

    /// <summary>Its length is known to nobody, so it is sent in chunks.</summary>
    private sealed class Unmeasured(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
