using System.Text.Json;
using TrainIdentity.Hub;

namespace TrainIdentity.Tests.Hub;

public sealed class TokenScopeTests
{
    private const string Member = """ "orgs":[{"name":"acme","roleInOrg":"write","securityRestrictions":[]}] """;

    [Theory]
    [InlineData("mira", """{"name":"mira","auth":{"accessToken":{"role":"write"}}}""")]
    [InlineData("acme", """{"name":"mira",""" + Member + ""","auth":{"accessToken":{"role":"write"}}}""")]
    [InlineData("acme", """{"name":"mira",""" + Member + ""","auth":{"accessToken":{"role":"fineGrained","fineGrained":{"scoped":[{"entity":{"type":"org","name":"acme"},"permissions":["repo.write","job.write"]}]}}}}""")]
    [InlineData("mira", """{"name":"mira","auth":{}}""")]
    public void A_token_that_may_do_all_lacks_nothing(string space, string who) => Assert.Empty(Lacks(space, who));

    [Theory]
    [InlineData("acme", """{"name":"mira","auth":{"accessToken":{"role":"write"}}}""", "This token belongs to mira, who is not a member of acme.")]
    [InlineData("mira", """{"name":"mira","auth":{"accessToken":{"role":"read"}}}""", "This token may only read, so it cannot create repos in mira.")]
    [InlineData("acme", """{"name":"mira","orgs":[{"name":"acme","roleInOrg":"read"}],"auth":{"accessToken":{"role":"write"}}}""", "The owner of this token may only read in acme.")]
    [InlineData("acme", """{"name":"mira","orgs":[{"name":"acme","roleInOrg":"admin","securityRestrictions":["sso"]}],"auth":{"accessToken":{"role":"write"}}}""", "acme refuses this token until its rules are met: sso.")]
    [InlineData("acme", """{"name":"mira",""" + Member + ""","auth":{"accessToken":{"role":"fineGrained","fineGrained":{"scoped":[{"entity":{"type":"model","name":"acme/x"},"permissions":["repo.write","job.write"]}]}}}}""", "This token cannot create repos in acme; give it repo.write there.|This token cannot start jobs in acme; give it job.write there.")]
    public void What_it_lacks_is_said_in_words(string space, string who, string words) => Assert.Equal(words.Split('|'), Lacks(space, who));

    private static IReadOnlyList<string> Lacks(string space, string who) =>
        TokenScope.Read(JsonSerializer.Deserialize(who, HubJson.Default.WhoAmIAnswer)!, space, needsJobs: true).Lacks;
}
