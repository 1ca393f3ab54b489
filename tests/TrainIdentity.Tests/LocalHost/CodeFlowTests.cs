using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using TrainIdentity.LocalHost;

namespace TrainIdentity.Tests.LocalHost;

/// <summary>The issuer that runs beside the service signs people in as any issuer does.</summary>
public sealed class CodeFlowTests : IAsyncLifetime
{
    private const string Page = "http://127.0.0.1:9/app/";

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private TokenIssuer _issuer = null!;
    private AppVisitor _visitor = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TokenIssuer.StartAsync(new TokenIssuerOptions { Clock = _clock, Pages = [new Uri(Page)] }, Stop);
        _visitor = new AppVisitor(_issuer.Rsa.Url, Page);
    }

    public async ValueTask DisposeAsync()
    {
        _visitor.Dispose();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Discovery_leads_to_every_endpoint_of_the_flow()
    {
        using var answer = await _visitor.GetAsync("/.well-known/openid-configuration");
        var said = (await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!;

        Assert.Equal(
            ($"{_issuer.Rsa.Url}/authorize", $"{_issuer.Rsa.Url}/token", $"{_issuer.Rsa.Url}/end_session"),
            ((string?)said["authorization_endpoint"], (string?)said["token_endpoint"], (string?)said["end_session_endpoint"]));
        Assert.Equal(("""["code"]""", """["S256"]"""), (said["response_types_supported"]!.ToJsonString(), said["code_challenge_methods_supported"]!.ToJsonString()));
    }

    [Fact]
    public async Task The_page_offers_three_people_and_a_field_for_another()
    {
        using var answer = await _visitor.GetAsync("/authorize", _visitor.Asks);
        var page = await answer.Content.ReadAsStringAsync(Stop);

        Assert.Equal((200, "text/html; charset=utf-8"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.ToString()));
        Assert.All(["Mira", "Jonas", "Amara"], name => Assert.Contains($"<button name=\"name\" value=\"{name}\">", page, StringComparison.Ordinal));
        Assert.Contains("<label for=\"name\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_signs_in_gets_the_tokens_of_the_chosen_person()
    {
        using var chosen = await _visitor.ChooseAsync("Mira");
        var back = _visitor.Back(chosen);
        var (status, tokens) = await _visitor.RedeemAsync(back["code"]!);
        var (access, id) = (new JsonWebToken((string)tokens["access_token"]!), new JsonWebToken((string)tokens["id_token"]!));

        Assert.Equal(("a state & more", 200), (back["state"], status));
        Assert.Equal(("mira", "authenticated", _issuer.Rsa.Url), (access.Subject, access.Audiences.Single(), access.Issuer));
        Assert.Equal(("mira", "local-page", "n-1", "Mira"), (id.Subject, id.Audiences.Single(), id.GetClaim("nonce").Value, id.GetClaim("name").Value));
        Assert.Equal(("Bearer", 3600, "openid profile offline_access"), ((string?)tokens["token_type"], (int)tokens["expires_in"]!, (string?)tokens["scope"]));
    }

    [Fact]
    public async Task The_other_issuer_on_the_port_signs_in_with_its_own_keys()
    {
        using var visitor = new AppVisitor(_issuer.Ec.Url, Page);

        var (_, tokens) = await visitor.RedeemAsync(await visitor.CodeAsync("Jonas"));
        var (crossed, _) = await _visitor.RedeemAsync(await visitor.CodeAsync("Jonas"));

        Assert.Equal(("ES256", _issuer.Ec.Url), (new JsonWebToken((string)tokens["access_token"]!).Alg, new JsonWebToken((string)tokens["id_token"]!).Issuer));
        Assert.Equal(400, crossed);
    }

    [Theory]
    [InlineData("code_verifier", "another-verifier-that-is-long-enough-for-anyone", "invalid_grant")]
    [InlineData("redirect_uri", "http://127.0.0.1:9/app", "invalid_grant")]
    [InlineData("code", "made-up", "invalid_grant")]
    [InlineData("client_id", "another", "invalid_client")]
    [InlineData("grant_type", "password", "unsupported_grant_type")]
    public async Task A_code_is_redeemed_only_by_whom_it_was_made_for(string field, string value, string error)
    {
        var (status, answer) = await _visitor.RedeemAsync(await _visitor.CodeAsync("Mira"), (field, value));

        Assert.Equal((400, error), (status, (string?)answer["error"]));
    }

    [Fact]
    public async Task A_code_is_good_once()
    {
        var code = await _visitor.CodeAsync("Mira");

        var (first, _) = await _visitor.RedeemAsync(code);
        var (second, answer) = await _visitor.RedeemAsync(code);

        Assert.Equal((200, 400, "invalid_grant"), (first, second, (string?)answer["error"]));
    }

    [Theory]
    [InlineData(59, 200)]
    [InlineData(60, 400)]
    public async Task A_code_is_good_for_a_minute(int seconds, int expected)
    {
        var code = await _visitor.CodeAsync("Mira");
        _clock.Advance(TimeSpan.FromSeconds(seconds));

        var (status, _) = await _visitor.RedeemAsync(code);

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task A_refresh_token_is_good_once_and_brings_the_next()
    {
        var (_, first) = await _visitor.RedeemAsync(await _visitor.CodeAsync("Amara"));
        _clock.Advance(TimeSpan.FromHours(2));
        var (status, second) = await _visitor.RefreshAsync((string)first["refresh_token"]!);
        var (again, _) = await _visitor.RefreshAsync((string)first["refresh_token"]!);
        var (next, _) = await _visitor.RefreshAsync((string)second["refresh_token"]!);
        var access = new JsonWebToken((string)second["access_token"]!);

        Assert.Equal((200, 400, 200), (status, again, next));
        Assert.Equal(("amara", true), (access.Subject, access.ValidTo > _clock.GetUtcNow().UtcDateTime));
    }

    [Fact]
    public async Task A_refresh_token_is_given_only_where_it_was_asked_for()
    {
        _visitor.Asks["scope"] = "openid";

        var (_, tokens) = await _visitor.RedeemAsync(await _visitor.CodeAsync("Mira"));

        Assert.False(tokens.ContainsKey("refresh_token"));
    }

    [Theory]
    [InlineData("client_id", "another")]
    [InlineData("redirect_uri", "https://elsewhere.example/app/")]
    [InlineData("redirect_uri", "http://127.0.0.1:9/app/../")]
    [InlineData("redirect_uri", null)]
    public async Task Nobody_is_sent_to_an_address_that_is_not_known(string field, string? value)
    {
        _visitor.Asks[field] = value;

        using var shown = await _visitor.GetAsync("/authorize", _visitor.Asks);
        using var chosen = await _visitor.ChooseAsync("Mira");

        Assert.Equal((400, 400), ((int)shown.StatusCode, (int)chosen.StatusCode));
        Assert.Null(chosen.Headers.Location);
    }

    [Theory]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("scope", "profile", "invalid_scope")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("prompt", "none", "login_required")]
    public async Task A_request_that_will_not_do_comes_back_with_its_error(string field, string? value, string error)
    {
        _visitor.Asks[field] = value;

        using var answer = await _visitor.GetAsync("/authorize", _visitor.Asks);
        var back = _visitor.Back(answer);

        Assert.Equal((error, "a state & more"), (back["error"], back["state"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("A name of more than a hundred characters, which is too long for anybody who only wants to try things out.")]
    public async Task Nobody_signs_in_without_a_name(string name)
    {
        using var answer = await _visitor.ChooseAsync(name);

        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Signed_out_one_may_come_back_as_somebody_else()
    {
        var (_, mira) = await _visitor.RedeemAsync(await _visitor.CodeAsync("Mira"));
        using var signedOut = await _visitor.GetAsync("/end_session", [new("post_logout_redirect_uri", Page), new("id_token_hint", (string?)mira["id_token"]), new("state", "s")]);
        var (_, other) = await _visitor.RedeemAsync(await _visitor.CodeAsync("Zoë"));

        Assert.Equal("s", _visitor.Back(signedOut)["state"]);
        Assert.Equal("zoë", new JsonWebToken((string)other["access_token"]!).Subject);
    }

    [Theory]
    [InlineData("https://elsewhere.example/", 400)]
    [InlineData(null, 200)]
    public async Task Signing_out_leads_nowhere_else(string? address, int status)
    {
        using var answer = await _visitor.GetAsync("/end_session", address is null ? [] : [new("post_logout_redirect_uri", address)]);

        Assert.Equal((status, null), ((int)answer.StatusCode, answer.Headers.Location));
    }
}
