using System.Net.Http;
using TrainIdentity.HubEmulator.Journal;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Auth;

/// <summary>What a request may say about who sends it.</summary>
public sealed class TokenRequestTests(DefaultService service) : IClassFixture<DefaultService>
{
    private readonly ServiceRig _rig = service.Rig;

    [Fact]
    public async Task The_request_of_the_refused_cases_makes_an_identity_once_its_token_is_good()
    {
        var answer = await TokenWire.UploadAsync(_rig.Stack.Service, [$"Authorization: Bearer {_rig.Token("good")}"]);

        Assert.Equal((200, null), answer);
        Assert.Contains(_rig.Hub.Journal.Entries, entry => entry.Kind == JournalKinds.RepoCreated);
    }

    [Theory]
    [InlineData("mira", "Mira")]
    [InlineData("mira", "mira ")]
    [InlineData("mira", "")]
    [InlineData("mira", "mıra")]
    [InlineData("é", "e\u0301")]
    [InlineData("auth0|mira", "mira")]
    public async Task Another_name_in_the_body_is_refused_to_the_letter(string user, string said)
    {
        var data = Uploads.Three.Select(name => Convert.ToBase64String(Uploads.Sample(name)));
        var form = Uploads.Multipart("Mom", Uploads.Three);
        form.Add(new StringContent(said), "userId");

        var json = await _rig.UploadAsync(user, Uploads.Json("Mom", data, userId: said));
        var multipart = await _rig.UploadAsync(user, form);

        Assert.Equal((403, "user_mismatch", 403, "user_mismatch"), (json.Status, json.Code, multipart.Status, multipart.Code));
        Assert.Empty((await _rig.GetAsync("/api/identities", user)).Json["identities"]!.AsArray());
    }
}
