using TrainIdentity.Tests.HubEmulator;

namespace TrainIdentity.Tests.OfficialHub;

public sealed class OfficialRefusalTests
{
    [Fact]
    public async Task Every_refusal_reaches_the_official_client_as_its_own_error_with_status_words_and_request_id()
    {
        await using var hub = await HubUser.StartAsync();

        var said = await OfficialClient.RunAsync(hub, "refusals.mjs");

        foreach (var (name, status, words) in Expected)
        {
            var refusal = said.Get<OfficialRefusal>(name);
            Assert.Equal((name, status), (name, refusal.Status));
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
            Assert.StartsWith("Root=1-", refusal.RequestId, StringComparison.Ordinal);
        }
    }

    private static IReadOnlyList<(string Name, int Status, string Words)> Expected =>
    [
        ("badToken", 401, "Invalid credentials in Authorization header"),
        ("anonymous", 401, "Invalid username or password."),
        ("missing", 404, "Repository not found"),
        ("revision", 404, "Invalid rev id: none"),
        ("exists", 409, "You already created this model repo"),
        ("foreign", 403, "rights to create a model under the namespace \"acme\""),
        ("name", 400, "Invalid repo name"),
        ("stale", 412, "A commit has happened since"),
        ("noTitle", 400, "→ at value.summary"),
        ("rateLimit", 429, "rate limit"),
        ("quota", 403, "Private repository storage limit reached"),
        ("html", 502, "Api error with status 502"),
        ("object", 422, "The object cannot be stored"),
        ("storage", 400, "Error while uploading a.bin to LFS storage"),
        ("lost", 400, "an LFS pointer pointed to a file that does not exist"),
    ];
}
