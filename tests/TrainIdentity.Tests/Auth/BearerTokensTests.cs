using System.Net.Http;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Auth;
using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.Auth;

public sealed class BearerTokensTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private TokenIssuer _issuer = null!;
    private BearerTokens _tokens = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions { Clock = _clock }, TestContext.Current.CancellationToken);
        var options = new AuthOptions
        {
            Issuers =
            [
                new IssuerOptions { Issuer = _issuer.Rsa.Url, Audience = "authenticated" },
                new IssuerOptions { Issuer = _issuer.Ec.Url, Audience = "authenticated", Algorithm = "ES256", Kind = IssuerKind.Entra, Tenants = TokenIssuers.Tenant },
            ],
        };
        _tokens = new BearerTokens(options, _http, local: true, _clock, _ => default);
    }

    [Fact]
    public async Task Plain_subjects_of_the_first_issuer_name_their_partition()
    {
        var caller = (await ReadAsync(_issuer.Rsa.Token("user-1"))).Caller;

        Assert.Equal(("user-1", "user-1"), (caller?.Key, caller?.Subject));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("auth0|123")]
    [InlineData("~x")]
    [InlineData("李")]
    public async Task A_subject_that_is_no_plain_key_is_hashed(string subject)
    {
        var caller = (await ReadAsync(_issuer.Token(subject))).Caller;

        Assert.Matches("^~[A-Za-z0-9_-]{43}$", caller?.Key);
        Assert.Equal(subject, caller?.Subject);
    }

    [Fact]
    public async Task A_person_of_Entra_is_the_same_for_every_app()
    {
        var claims = new JsonObject { ["tid"] = TokenIssuers.Tenant.ToUpperInvariant(), ["oid"] = TokenIssuers.Person, ["scp"] = "train" };

        var one = (await ReadAsync(_issuer.Ec.Token("for-this-app", claims))).Caller;
        var other = (await ReadAsync(_issuer.Ec.Token("for-that-app", claims))).Caller;

        Assert.Equal($"{TokenIssuers.Tenant}.{TokenIssuers.Person}", one?.Subject);
        Assert.Equal(one, other);
    }

    [Theory]
    [InlineData("exp", -60, TokenRefusal.Expired)]
    [InlineData("exp", -59, null)]
    [InlineData("nbf", 60, null)]
    [InlineData("nbf", 61, TokenRefusal.NotYetValid)]
    [InlineData("iat", 60, null)]
    [InlineData("iat", 61, TokenRefusal.Invalid)]
    [InlineData("exp", 86400, null)]
    [InlineData("exp", 86401, TokenRefusal.Invalid)]
    public async Task Times_are_taken_to_the_second(string claim, int seconds, TokenRefusal? refusal)
    {
        var outcome = await ReadAsync(_issuer.Token("u", new JsonObject { [claim] = _clock.GetUtcNow().ToUnixTimeSeconds() + seconds }));

        Assert.Equal(refusal, outcome.Accepted ? null : outcome.Refusal);
    }

    [Fact]
    public async Task A_token_has_8_KiB_and_not_a_character_more()
    {
        var tokens = Enumerable.Range(5600, 200).Select(letters => _issuer.Token("u", new JsonObject { ["padding"] = new string('x', letters) })).ToList();

        Assert.True((await ReadAsync(tokens.Last(token => token.Length <= 8192))).Accepted);
        Assert.Equal(TokenRefusal.Invalid, (await ReadAsync(tokens.First(token => token.Length > 8192))).Refusal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    public async Task Without_a_bearer_token_it_is_missing(string? header) =>
        Assert.Equal(TokenRefusal.Missing, (await _tokens.ReadAsync(header, TestContext.Current.CancellationToken)).Refusal);

    private async Task<TokenOutcome> ReadAsync(string token) => await _tokens.ReadAsync("Bearer " + token, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _issuer.DisposeAsync();
    }
}
