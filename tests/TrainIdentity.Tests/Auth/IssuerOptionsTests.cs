using TrainIdentity.Auth;

namespace TrainIdentity.Tests.Auth;

public sealed class IssuerOptionsTests
{
    private const string Good = "https://issuer.example/";

    [Theory]
    [InlineData(Good, "us", "", IssuerKind.Oidc, "", null)]
    [InlineData(Good, "us them", "ES384", IssuerKind.Oidc, "", null)]
    [InlineData(Good, "us", "", IssuerKind.SupabaseSecret, "", null)]
    [InlineData(Good, "us", "", IssuerKind.Entra, TokenIssuers.Tenant, null)]
    [InlineData("issuer", "us", "", IssuerKind.Oidc, "", "is not an absolute address.")]
    [InlineData(Good + "?a", "us", "", IssuerKind.Oidc, "", "is not an absolute address.")]
    [InlineData(Good + "\n", "us", "", IssuerKind.Oidc, "", "is not an absolute address.")]
    [InlineData("https://a@issuer.example/", "us", "", IssuerKind.Oidc, "", "is not an absolute address.")]
    [InlineData("http://issuer.example/", "us", "", IssuerKind.Oidc, "", "must use https.")]
    [InlineData("http://127.0.0.1/", "us", "", IssuerKind.Oidc, "", "must use https.")]
    [InlineData(Good, " ", "", IssuerKind.Oidc, "", "needs an audience.")]
    [InlineData(Good, "us", "HS256", IssuerKind.Oidc, "", "must sign with RS256, PS256, ES256 or ES384.")]
    [InlineData(Good, "us", "none", IssuerKind.Supabase, "", "must sign with RS256, PS256, ES256 or ES384.")]
    [InlineData(Good, "us", "RS256", IssuerKind.SupabaseSecret, "", "has a shared secret, which signs with HS256 alone.")]
    [InlineData(Good, "us", "", IssuerKind.Entra, "", "needs Tenants, the ids of the tenants whose people may come.")]
    [InlineData(Good, "us", "", IssuerKind.Entra, "common", "needs Tenants, the ids of the tenants whose people may come.")]
    public void What_cannot_work_is_told_at_the_start(string issuer, string audience, string algorithm, IssuerKind kind, string tenants, string? fault)
    {
        var options = new AuthOptions { Issuers = [new IssuerOptions { Issuer = issuer, Audience = audience, Algorithm = algorithm, Kind = kind, Tenants = tenants }] };

        Assert.Equal(fault is null ? [] : [$"Auth issuer '{issuer}' {fault}"], options.Faults(local: false));
    }

    [Theory]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("http://issuer.example", false)]
    public void On_ones_own_machine_plain_http_stays_on_it(string issuer, bool fine)
    {
        var options = new AuthOptions { Issuers = [new IssuerOptions { Issuer = issuer, Audience = "us" }] };

        Assert.Equal(fine, !options.Faults(local: true).Any());
    }

    [Fact]
    public void One_issuer_has_one_entry()
    {
        var issuer = new IssuerOptions { Issuer = Good, Audience = "us" };

        Assert.Equal(["Every Auth issuer may be configured once."], new AuthOptions { Issuers = [issuer, issuer] }.Faults(local: false));
    }
}
