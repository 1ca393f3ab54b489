using TrainIdentity.Tests.LocalHost;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Service;

/// <summary>From the page's settings to a call as the person who signed in.</summary>
public sealed class SignInTests(DefaultService service, Tables tables) : IClassFixture<DefaultService>
{
    [Fact]
    public async Task The_page_is_told_where_people_sign_in_and_their_token_is_taken()
    {
        var rig = service.Rig;
        var told = await rig.GetAsync("/app/settings.json", null, ("Accept", "application/json"));
        using var visitor = new AppVisitor((string)told.Json["signIn"]!["authority"]!, rig.Stack.Page.AbsoluteUri);

        var (_, tokens) = await visitor.RedeemAsync(await visitor.CodeAsync("Mira"));
        var me = await rig.GetAsync("/api/me", null, ("Authorization", $"Bearer {tokens["access_token"]}"));
        var wrong = await rig.GetAsync("/api/me", null, ("Authorization", $"Bearer {tokens["id_token"]}"));

        Assert.Equal(
            $$$"""{"signIn":{"authority":"{{{rig.Stack.TokenIssuer.Rsa.Url}}}","clientId":"local-page","scope":"openid profile offline_access","audience":null}}""",
            told.Text);
        Assert.Equal((200, "mira", 401), (me.Status, (string?)me.Json["userId"], wrong.Status));
    }

    [Fact]
    public async Task Without_settings_nobody_signs_in_and_the_page_calls_nobody()
    {
        await using var rig = await ServiceRig.StartAsync(tables, new Dictionary<string, string?> { ["SignIn__Authority"] = null, ["SignIn__ClientId"] = null });

        var told = await rig.GetAsync("/app/settings.json", null);
        var file = await rig.GetAsync("/app/train-identity.d.ts", null);

        Assert.Equal("""{"signIn":null}""", told.Text);
        Assert.Contains("connect-src 'self';", file.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }
}
