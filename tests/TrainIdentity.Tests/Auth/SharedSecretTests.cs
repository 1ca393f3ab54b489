using System.Net.Http;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Auth;

namespace TrainIdentity.Tests.Auth;

public sealed class SharedSecretTests
{
    private const string Issuer = "https://project.supabase.co/auth/v1";

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private string? _secret;

    [Theory]
    [InlineData(null, TokenRefusal.IssuerUnavailable)]
    [InlineData("", TokenRefusal.IssuerUnavailable)]
    [InlineData("a secret of thirty-one characte", TokenRefusal.IssuerUnavailable)]
    [InlineData("a secret of thirty-two character", null)]
    public async Task A_secret_that_can_be_guessed_is_none(string? secret, TokenRefusal? refusal)
    {
        _secret = secret;

        Assert.Equal(refusal, await ReadAsync(secret ?? ""));
    }

    [Fact]
    public async Task A_new_secret_takes_the_place_of_the_old_one_at_once()
    {
        var (old, young) = (new string('o', 40), new string('y', 40));
        _secret = old;
        Assert.Null(await ReadAsync(old));

        _secret = young;

        Assert.Equal((TokenRefusal.Invalid, null), (await ReadAsync(old), await ReadAsync(young)));
    }

    private async Task<TokenRefusal?> ReadAsync(string secret)
    {
        using var http = new HttpClient();
        var tokens = new BearerTokens(
            new AuthOptions { Issuers = [new IssuerOptions { Issuer = Issuer, Audience = "authenticated", Kind = IssuerKind.SupabaseSecret }] },
            http, local: false, _clock, _ => ValueTask.FromResult(_secret));
        var payload = $$"""{"iss":"{{Issuer}}","sub":"{{TokenIssuers.Person}}","aud":"authenticated","role":"authenticated","exp":{{_clock.GetUtcNow().ToUnixTimeSeconds() + 60}}}""";
        var token = SigningKey.Secret("", Encoding.UTF8.GetBytes(secret)).Token("""{"alg":"HS256"}""", payload, "HS256");

        return await tokens.ReadAsync("Bearer " + token, TestContext.Current.CancellationToken) is { Accepted: false } outcome ? outcome.Refusal : null;
    }
}
