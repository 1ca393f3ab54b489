using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using TrainIdentity.Auth;
using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.Auth;

public sealed class BearerTokensTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
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
                new IssuerOptions { Issuer = _issuer.Rsa.Url, Audience = "authenticated", Algorithm = "RS256" },
                new IssuerOptions { Issuer = _issuer.Ec.Url, Audience = "authenticated", Algorithm = "ES256" },
            ],
        };
        _tokens = new BearerTokens(options, _http, local: true, _clock);
    }

    [Fact]
    public async Task Both_families_are_accepted_and_their_subjects_never_share_a_partition()
    {
        var rsa = await ReadAsync(_issuer.Rsa.Token("user-1"));
        var ec = await ReadAsync(_issuer.Ec.Token("user-1"));

        Assert.Equal(("user-1", "user-1"), (rsa.Caller?.Key, rsa.Caller?.Subject));
        Assert.Equal("user-1", ec.Caller?.Subject);
        Assert.StartsWith("~", ec.Caller?.Key, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("auth0|123")]
    [InlineData("~x")]
    [InlineData("李")]
    public async Task A_subject_that_is_no_plain_key_is_hashed(string subject)
    {
        var outcome = await ReadAsync(_issuer.Token(subject));

        Assert.Matches("^~[A-Za-z0-9_-]{43}$", outcome.Caller!.Key);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer")]
    public async Task Without_a_bearer_token_it_is_missing(string? header) =>
        Assert.Equal(TokenRefusal.Missing, (await _tokens.ReadAsync(header, TestContext.Current.CancellationToken)).Refusal);

    [Fact]
    public async Task The_scheme_may_be_in_lower_case() =>
        Assert.True((await _tokens.ReadAsync("bearer " + _issuer.Token("u"), TestContext.Current.CancellationToken)).Accepted);

    [Theory]
    [InlineData("exp", 59, true)]
    [InlineData("exp", 61, false)]
    public async Task An_expired_token_has_a_minute(string _, int secondsAgo, bool accepted)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();

        var outcome = await ReadAsync(_issuer.Token("u", new JsonObject { ["exp"] = now - secondsAgo }));

        Assert.Equal((accepted, accepted ? default : TokenRefusal.Expired), (outcome.Accepted, outcome.Refusal));
    }

    public static TheoryData<string, TokenRefusal> Claims => new()
    {
        { """{"nbf":+61}""", TokenRefusal.NotYetValid },
        { """{"iat":+86400}""", TokenRefusal.Invalid },
        { """{"exp":+90000}""", TokenRefusal.Invalid },
        { """{"exp":null}""", TokenRefusal.Invalid },
        { """{"exp":"soon"}""", TokenRefusal.Invalid },
        { """{"sub":null}""", TokenRefusal.Invalid },
        { """{"sub":""}""", TokenRefusal.Invalid },
        { """{"sub":5}""", TokenRefusal.Invalid },
        { """{"aud":"other"}""", TokenRefusal.Invalid },
        { """{"aud":null}""", TokenRefusal.Invalid },
        { """{"iss":"http://evil.example"}""", TokenRefusal.Invalid },
        { """{"iss":null}""", TokenRefusal.Invalid },
        { """{"role":"anon"}""", TokenRefusal.RoleNotAllowed },
        { """{"role":"service_role"}""", TokenRefusal.RoleNotAllowed },
        { """{"is_anonymous":true}""", TokenRefusal.RoleNotAllowed },
        { """{"idtyp":"app"}""", TokenRefusal.RoleNotAllowed },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public async Task A_genuine_token_with_a_wrong_claim_is_refused(string claims, TokenRefusal refusal)
    {
        var outcome = await ReadAsync(_issuer.Token("u", Timed(claims)));

        Assert.False(outcome.Accepted);
        Assert.Equal(refusal, outcome.Refusal);
    }

    [Fact]
    public async Task An_issuer_is_compared_character_by_character()
    {
        var slash = await ReadAsync(_issuer.Token("u", new JsonObject { ["iss"] = _issuer.Rsa.Url + "/" }));
        var crossed = await ReadAsync(_issuer.Ec.Token("u", new JsonObject { ["iss"] = _issuer.Rsa.Url }));

        Assert.Equal((TokenRefusal.Invalid, TokenRefusal.Invalid), (slash.Refusal, crossed.Refusal));
    }

    public static TheoryData<string> Forgeries => ["none", "null-issuer", "none-signed", "no-alg", "hs256-public", "hs256-empty", "bit", "truncated", "two-parts", "five-parts", "space", "crit", "attacker", "huge"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_forged_token_is_invalid(string forgery)
    {
        var outcome = await ReadAsync(Forge(forgery));

        Assert.False(outcome.Accepted);
        Assert.Equal(TokenRefusal.Invalid, outcome.Refusal);
    }

    [Fact]
    public async Task A_new_key_is_found_with_the_first_token_that_names_it()
    {
        await ReadAsync(_issuer.Token("u"));
        _issuer.Rsa.RotateKey(keepOld: true);
        _clock.Advance(TimeSpan.FromSeconds(31));

        var outcome = await ReadAsync(_issuer.Token("u"));

        Assert.True(outcome.Accepted);
    }

    [Fact]
    public async Task With_the_issuer_away_known_keys_serve_and_unknown_ones_cannot_be_told()
    {
        var known = _issuer.Token("u", new JsonObject { ["exp"] = _clock.GetUtcNow().AddHours(10).ToUnixTimeSeconds() });
        await ReadAsync(known);
        _issuer.Rsa.RotateKey(keepOld: true);
        var unknown = _issuer.Token("u", new JsonObject { ["exp"] = _clock.GetUtcNow().AddHours(10).ToUnixTimeSeconds() });
        await _issuer.GoDownAsync();
        _clock.Advance(TimeSpan.FromHours(2));

        Assert.True((await ReadAsync(known)).Accepted);
        Assert.Equal(TokenRefusal.IssuerUnavailable, (await ReadAsync(unknown)).Refusal);
    }

    [Fact]
    public async Task An_issuer_that_never_answered_makes_no_token_invalid()
    {
        var token = _issuer.Token("u");
        await _issuer.GoDownAsync();

        Assert.Equal(TokenRefusal.IssuerUnavailable, (await ReadAsync(token)).Refusal);
    }

    private async Task<TokenOutcome> ReadAsync(string token) => await _tokens.ReadAsync("Bearer " + token, TestContext.Current.CancellationToken);

    /// <summary>Numbers written with a plus count from now.</summary>
    private JsonObject Timed(string claims)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var absolute = System.Text.RegularExpressions.Regex.Replace(claims, @"\+(\d+)", match => $"{now + long.Parse(match.Groups[1].Value)}");
        return (JsonObject)JsonNode.Parse(absolute)!;
    }

    private string Forge(string forgery)
    {
        var genuine = _issuer.Token("victim");
        var parts = genuine.Split('.');
        switch (forgery)
        {
            case "none":
                return $"{Part("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.";
            case "null-issuer":
                return $"{parts[0]}.{Part("""{"iss":null,"sub":"victim"}""")}.{parts[2]}";
            case "none-signed":
                return $"{Part("""{"alg":"None","typ":"JWT"}""")}.{parts[1]}.{parts[2]}";
            case "no-alg":
                return $"{Part("""{"typ":"JWT"}""")}.{parts[1]}.{parts[2]}";
            case "hs256-public":
                return Hmac(parts[1], Encoding.UTF8.GetBytes(_issuer.Rsa.KeyId));
            case "hs256-empty":
                return Hmac(parts[1], new byte[32]);
            case "bit":
                return $"{parts[0]}.{Part(Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(parts[1])).Replace("victim", "victin"))}.{parts[2]}";
            case "truncated":
                return genuine[..^4];
            case "two-parts":
                return $"{parts[0]}.{parts[1]}";
            case "five-parts":
                return $"{genuine}.a.b";
            case "space":
                return $"{parts[0]}. {parts[1]}.{parts[2]}";
            case "crit":
                return Signed($$"""{"alg":"RS256","kid":"{{_issuer.Rsa.KeyId}}","crit":["exp"]}""", parts[1]);
            case "attacker":
                return Signed($$"""{"alg":"RS256","kid":"{{_issuer.Rsa.KeyId}}"}""", parts[1]);
            default:
                return _issuer.Token("victim", new JsonObject { ["padding"] = new string('x', 9000) });
        }
    }

    private static string Signed(string header, string payload)
    {
        using var key = RSA.Create(2048);
        var text = $"{Part(header)}.{payload}";
        return $"{text}.{Base64UrlEncoder.Encode(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Hmac(string payload, byte[] key)
    {
        var text = $"{Part("""{"alg":"HS256","typ":"JWT"}""")}.{payload}";
        return $"{text}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Part(string json) => Base64UrlEncoder.Encode(json);

    public async ValueTask DisposeAsync()
    {
        _tokens.Dispose();
        _http.Dispose();
        await _issuer.DisposeAsync();
    }
}
