using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.LocalHost;

public sealed class TokenIssuerTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "RS256")]
    [InlineData("/ec", "ES256")]
    public async Task A_token_validates_against_its_issuers_own_discovery(string path, string algorithm)
    {
        await using var issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions(), Stop);
        var url = $"{issuer.Url.AbsoluteUri.TrimEnd('/')}{path}";

        var token = await TokenAsync(url, """{"sub":"user-1"}""");
        var result = await ValidateAsync(url, algorithm, token);
        var header = new JsonWebToken(token);

        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal(("user-1", "authenticated"), ((string)result.Claims["sub"], (string)result.Claims["role"]));
        Assert.Equal(("JWT", algorithm), (header.Typ, header.Alg));
        Assert.Equal(TimeSpan.FromHours(1), header.ValidTo - header.ValidFrom);
    }

    [Fact]
    public async Task One_issuers_token_is_not_the_others()
    {
        await using var issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions(), Stop);

        var result = await ValidateAsync(issuer.Ec.Url, "ES256", issuer.Rsa.Token("user-1"));

        Assert.False(result.IsValid);
    }

    [Fact]
    public async Task Claims_are_added_overridden_and_removed_with_their_json_types()
    {
        await using var issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions(), Stop);

        var token = await TokenAsync(issuer.Rsa.Url, """
            {"sub":"user-1","claims":{"sub":7,"aud":["a","b"],"role":null,"is_anonymous":true,"amr":[{"method":"otp"}],"exp":1.5}}
            """);
        var claims = JsonNode.Parse(Base64UrlEncoder.Decode(token.Split('.')[1]))!.AsObject();

        Assert.Equal("7", claims["sub"]!.ToJsonString());
        Assert.Equal("""["a","b"]""", claims["aud"]!.ToJsonString());
        Assert.Equal("true", claims["is_anonymous"]!.ToJsonString());
        Assert.Equal("""[{"method":"otp"}]""", claims["amr"]!.ToJsonString());
        Assert.Equal("1.5", claims["exp"]!.ToJsonString());
        Assert.False(claims.ContainsKey("role"));
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("iat")]
    [InlineData("nbf")]
    [InlineData("iss")]
    [InlineData("sub")]
    public async Task Every_default_claim_can_be_removed(string claim)
    {
        await using var issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions(), Stop);

        var token = issuer.Token("user-1", new JsonObject { [claim] = null });

        Assert.False(JsonNode.Parse(Base64UrlEncoder.Decode(token.Split('.')[1]))!.AsObject().ContainsKey(claim));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"sub":1}""")]
    [InlineData("[]")]
    public async Task A_request_without_a_subject_is_400(string body)
    {
        await using var issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions(), Stop);

        using var answer = await Http.PostAsync(new Uri($"{issuer.Rsa.Url}/token"), new StringContent(body), Stop);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_rotation_old_tokens_last_as_long_as_their_key_is_published(bool keepOld)
    {
        await using var issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions(), Stop);
        var old = issuer.Ec.Token("user-1");

        issuer.Ec.RotateKey(keepOld);
        var oldResult = await ValidateAsync(issuer.Ec.Url, "ES256", old);
        var newResult = await ValidateAsync(issuer.Ec.Url, "ES256", issuer.Ec.Token("user-1"));

        Assert.Equal((keepOld, true), (oldResult.IsValid, newResult.IsValid));
    }

    [Fact]
    public async Task The_issuer_can_go_down_and_come_back_with_its_keys()
    {
        await using var issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions(), Stop);
        var token = issuer.Token("user-1");

        await issuer.GoDownAsync();
        _ = await Assert.ThrowsAsync<HttpRequestException>(() => ValidateAsync(issuer.Rsa.Url, "RS256", token));
        await issuer.GoUpAsync(Stop);
        var result = await ValidateAsync(issuer.Rsa.Url, "RS256", token);

        Assert.True(result.IsValid, result.Exception?.Message);
    }

    [Fact]
    public async Task Published_keys_hold_nothing_private()
    {
        await using var issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions(), Stop);

        var rsa = (await KeysAsync(issuer.Rsa.Url)).Select(one => one.Key);
        var ec = (await KeysAsync(issuer.Ec.Url)).Select(one => one.Key);

        Assert.Equal(["kty", "n", "e", "use", "alg", "kid"], rsa);
        Assert.Equal(["kty", "crv", "x", "y", "use", "alg", "kid"], ec);
    }

    private static async Task<JsonObject> KeysAsync(string url) =>
        (await Http.GetFromJsonAsync<JsonObject>(new Uri($"{url}/.well-known/jwks.json"), Stop))!["keys"]![0]!.AsObject();

    private static async Task<string> TokenAsync(string url, string body)
    {
        using var answer = await Http.PostAsync(new Uri($"{url}/token"), new StringContent(body), Stop);
        return (string)(await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!["access_token"]!;
    }

    private static async Task<TokenValidationResult> ValidateAsync(string url, string algorithm, string token)
    {
        var discovery = (await Http.GetFromJsonAsync<JsonObject>(new Uri($"{url}/.well-known/openid-configuration"), Stop))!;
        var keys = await Http.GetStringAsync(new Uri((string)discovery["jwks_uri"]!), Stop);
        return await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = (string?)discovery["issuer"] == url ? url : "the discovery names another issuer",
            ValidAudience = "authenticated",
            ValidAlgorithms = [algorithm],
            IssuerSigningKeys = new JsonWebKeySet(keys).GetSigningKeys(),
            ClockSkew = TimeSpan.Zero,
        });
    }
}
