using System.Text;
using TrainIdentity.Hub;
using TrainIdentity.Tests.Rig;
using WebhookBody = TrainIdentity.Functions.WebhookBody;

namespace TrainIdentity.Tests.Service;

public sealed class WebhookFuzzTests
{
    private const string Push =
        """{"event":{"action":"update","scope":"repo.content"},"repo":{"type":"model","name":"local/identity-mom-1","id":"0123456789abcdef01234567","private":true},"updatedRefs":[{"ref":"refs/heads/main","oldSha":null,"newSha":"0123456789012345678901234567890123456789"}],"webhook":{"id":"x","version":3}}""";

    private static readonly string[] Words = ["\"event\"", "\"scope\"", "\"repo\"", "\"name\"", "\"version\"", "\"updatedRefs\"", "null", "[]", "{}", "3", "\\u0000", "\\ud800", "local/x", "../"];

    /// <summary>Whatever comes, it is an object or it is not; what is read from it names one repo by a legal name.</summary>
    [Fact]
    public void No_payload_is_an_accident() => Fuzz.Run(
        "webhooks", [Encoding.UTF8.GetBytes(Push), .. CaseFile.Read<WebhookCase>("webhook.json").Select(one => Encoding.UTF8.GetBytes(one.Send?.Body ?? one.Send?.Payload?.ToJsonString() ?? "{}"))],
        seed: 7, count: 50_000, bytes =>
        {
            var isObject = WebhookBody.TryRead(bytes, out var read);
            Assert.True(isObject || read == default);
            Assert.True(read.Repo is not { } repo || (RepoId.IsLegal(repo.Namespace) && RepoId.IsLegal(repo.Name)));
            Assert.True(read.Repo is not null || read.Head is null);
        }, [.. Words.Select(Encoding.UTF8.GetBytes)]);
}
