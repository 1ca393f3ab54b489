using TrainIdentity.Auth;
using TrainIdentity.Functions;

namespace TrainIdentity.Tests.Functions;

public sealed class SignInOptionsTests
{
    private const string Good = "https://issuer.example";

    private static readonly AuthOptions Auth = new() { Issuers = [new IssuerOptions { Issuer = Good + "/" }, new IssuerOptions { Issuer = "http://127.0.0.1:5000" }] };

    [Theory]
    [InlineData("", "", "", "", null)]
    [InlineData(Good, "page", "openid", "", null)]
    [InlineData(Good + "/", "page", "profile openid", "https://login.example", null)]
    [InlineData("", "page", "openid", "", "SignIn__ClientId needs SignIn__Authority, the issuer that people sign in at.")]
    [InlineData(Good, "", "openid", "", "SignIn__ClientId must be the page's client id at SignIn__Authority.")]
    [InlineData(Good, "page", "profile", "", "SignIn__Scope must contain openid.")]
    [InlineData("issuer.example", "page", "openid", "", "SignIn__Authority must be an absolute address with https.")]
    [InlineData("http://127.0.0.1:5000", "page", "openid", "", "SignIn__Authority must be an absolute address with https.")]
    [InlineData("https://a@issuer.example", "page", "openid", "", "SignIn__Authority must be an absolute address with https.")]
    [InlineData(Good + "\n", "page", "openid", "", "SignIn__Authority must be an absolute address with https.")]
    [InlineData("https://other.example", "page", "openid", "", "SignIn__Authority must be one of Auth__Issuers, or no token that it gives will do.")]
    [InlineData(Good, "page", "openid", "https://login.example/", "SignIn__Origins: 'https://login.example/' is no origin with https, such as https://login.example.")]
    [InlineData(Good, "page", "openid", "http://login.example", "SignIn__Origins: 'http://login.example' is no origin with https, such as https://login.example.")]
    [InlineData(Good, "page", "openid", "*", "SignIn__Origins: '*' is no origin with https, such as https://login.example.")]
    public void What_cannot_work_is_told_at_the_start(string authority, string client, string scope, string origin, string? fault)
    {
        var options = new SignInOptions { Authority = authority, ClientId = client, Scope = scope, Origins = origin.Length > 0 ? [origin] : [] };

        Assert.Equal(fault is null ? [] : [fault], options.Faults(Auth, local: false));
    }

    [Fact]
    public void On_ones_own_machine_people_may_sign_in_there() =>
        Assert.Empty(new SignInOptions { Authority = "http://127.0.0.1:5000", ClientId = "page", Origins = ["http://localhost:5001"] }.Faults(Auth, local: true));

    [Fact]
    public void Entra_signs_in_elsewhere_than_it_says_in_its_tokens()
    {
        var auth = new AuthOptions { Issuers = [new IssuerOptions { Issuer = "https://login.microsoftonline.com/5c0a7d2e-3b64-4a51-9d0f-1a2b3c4d5e6f/v2.0", Kind = IssuerKind.Entra }] };

        Assert.Empty(new SignInOptions { Authority = "https://login.microsoftonline.com/organizations/v2.0", ClientId = "page" }.Faults(auth, local: false));
    }

    [Fact]
    public void The_page_may_call_the_issuer_and_what_else_is_named() => Assert.Equal(
        ["https://issuer.example:8443", "https://login.example"],
        new SignInOptions { Authority = "https://issuer.example:8443/tenant/v2.0", Origins = ["https://login.example", "https://issuer.example:8443"] }.Connections);
}
