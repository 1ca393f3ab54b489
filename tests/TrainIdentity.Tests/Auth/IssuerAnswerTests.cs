using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Auth;

namespace TrainIdentity.Tests.Auth;

/// <summary>Answers that no sound issuer gives are no answers, and cost a bounded time and memory.</summary>
public sealed class IssuerAnswerTests
{
    private const string Discovery = KeyDesk.Path + "/.well-known/openid-configuration";
    private const string Keys = KeyDesk.Path + "/jwks";

    [Theory]
    [InlineData(Discovery, false)]
    [InlineData(Keys, false)]
    [InlineData(Discovery, true)]
    [InlineData(Keys, true)]
    public async Task A_slow_answer_is_given_up(string address, bool dripping)
    {
        await using var desk = await KeyDesk.OpenAsync();
        var asked = new TaskCompletionSource();
        desk.Server.Answer(address, async context =>
        {
            if (dripping)
            {
                await context.Response.WriteAsync("{");
                await context.Response.Body.FlushAsync();
            }
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        var reading = desk.ReadAsync(desk.First);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(reading.IsCompleted);
        desk.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(TokenRefusal.IssuerUnavailable, await reading);
    }

    [Theory]
    [InlineData(Discovery, false)]
    [InlineData(Keys, false)]
    [InlineData(Discovery, true)]
    [InlineData(Keys, true)]
    public async Task An_answer_over_the_limit_is_not_read(string address, bool announced)
    {
        await using var desk = await KeyDesk.OpenAsync(options => options.MaxDocumentBytes = 1024);
        var genuine = await new HttpClient().GetStringAsync(new Uri(desk.Server.Url + address), TestContext.Current.CancellationToken);
        await AnswerAsync(1024);
        Assert.Null(await desk.ReadAsync(desk.First));
        await AnswerAsync(1025);
        desk.Clock.Advance(TimeSpan.FromHours(24));

        Assert.Equal(TokenRefusal.IssuerUnavailable, await desk.ReadAsync(desk.First));

        Task AnswerAsync(int bytes)
        {
            var body = Encoding.UTF8.GetBytes(genuine.PadRight(bytes));
            desk.Server.Answer(address, context =>
            {
                context.Response.ContentLength = announced ? body.Length : null;
                return context.Response.Body.WriteAsync(body).AsTask();
            });
            return Task.CompletedTask;
        }
    }

    public static TheoryData<string, string> Nonsense => new()
    {
        { Discovery, "" },
        { Discovery, "<html>" },
        { Discovery, "[]" },
        { Discovery, "{}" },
        { Discovery, """{"issuer":"$issuer"}""" },
        { Discovery, """{"jwks_uri":"$issuer/jwks"}""" },
        { Discovery, """{"issuer":"$issuer/","jwks_uri":"$issuer/jwks"}""" },
        { Discovery, """{"issuer":"$issuer","issuer":"$issuer","jwks_uri":"$issuer/jwks"}""" },
        { Discovery, """{"issuer":["$issuer"],"jwks_uri":"$issuer/jwks"}""" },
        { Discovery, """{"issuer":"$issuer","jwks_uri":"/desk/jwks"}""" },
        { Keys, "" },
        { Keys, "{" },
        { Keys, "[]" },
        { Keys, "{}" },
        { Keys, """{"keys":{}}""" },
        { Keys, """{"keys":[],"keys":[]}""" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Nonsense_is_no_answer(string address, string text)
    {
        await using var desk = await KeyDesk.OpenAsync();
        desk.Server.Answer(address, context => context.Response.WriteAsync(text.Replace("$issuer", desk.Server.Url + KeyDesk.Path, StringComparison.Ordinal)));

        Assert.Equal(TokenRefusal.IssuerUnavailable, await desk.ReadAsync(desk.First));
    }

    [Theory]
    [InlineData(Discovery, 302)]
    [InlineData(Discovery, 307)]
    [InlineData(Keys, 301)]
    [InlineData(Keys, 308)]
    public async Task No_redirect_is_followed(string address, int status)
    {
        await using var desk = await KeyDesk.OpenAsync();
        desk.Server.Answer(address, context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });

        Assert.Equal(TokenRefusal.IssuerUnavailable, await desk.ReadAsync(desk.First));
        Assert.Equal(0, desk.Server.Asked("/elsewhere"));
    }

    public static TheoryData<string> OddKeys =>
    [
        """5""", """{}""", """{"kty":"oct","kid":"odd","k":"AAAA"}""", """{"kty":"RSA","kid":"odd"}""", """{"kty":"RSA","kid":"odd","n":"!","e":"AQAB"}""",
        """{"kty":"RSA","kid":"odd","n":7,"e":"AQAB"}""", """{"kty":"RSA","kid":"odd","n":"$n","e":"AQ"}""", """{"kty":"RSA","kid":"odd","n":"$n","e":"AAAA"}""",
        """{"kty":"rsa","kid":"odd","n":"$n","e":"AQAB"}""", """{"kty":"RSA","kid":"odd","use":"enc","n":"$n","e":"AQAB"}""", """{"kty":"RSA","kid":"odd","alg":"RS512","n":"$n","e":"AQAB"}""",
        """{"kty":"RSA","kid":7,"n":"$n","e":"AQAB"}""", """{"kty":"EC","kid":"odd","crv":"P-256","x":"AAAA","y":"AAAA"}""",
    ];

    [Theory]
    [MemberData(nameof(OddKeys))]
    public async Task An_odd_key_is_none_and_spoils_no_other(string odd)
    {
        await using var desk = await KeyDesk.OpenAsync();
        var own = SigningKey.Rsa("odd");
        var entry = odd.Replace("$n", (string)own.Published()["n"]!, StringComparison.Ordinal);
        desk.Server.Keys(KeyDesk.Path, $$"""{"keys":[{{entry}},{{desk.First.Published().ToJsonString()}}]}""");

        Assert.Null(await desk.ReadAsync(desk.First));
        Assert.Equal(TokenRefusal.Invalid, await desk.ReadAsync(own));
    }

    [Theory]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"$x","y":"$x"}""", 0)]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"$x","y":"$y"}""", 1)]
    [InlineData("""{"kty":"EC","crv":"P-384","x":"$x","y":"$y"}""", 0)]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA$x","y":"$y"}""", 0)]
    public void A_point_must_lie_on_the_curve_of_the_algorithm(string entry, int keys)
    {
        var good = SigningKey.Ec("").Published();
        var text = entry.Replace("$x", (string)good["x"]!, StringComparison.Ordinal).Replace("$y", (string)good["y"]!, StringComparison.Ordinal);
        Assert.True(StrictJson.TryRead(Encoding.UTF8.GetBytes($$"""{"keys":[{{text}}]}"""), out var document));

        Assert.Equal(keys, PublishedKeys.Read(document, "ES256")?.Matching(null).Count);
    }

    [Theory]
    [InlineData("https://issuer.example/jwks", true)]
    [InlineData("https://ISSUER.example:443/jwks", true)]
    [InlineData("https://keys.example/jwks", true)]
    [InlineData("https://keys.example:8443/jwks", true)]
    [InlineData("http://issuer.example/jwks", false)]
    [InlineData("https://issuer.example:8443/jwks", false)]
    [InlineData("https://keys.example:8444/jwks", false)]
    [InlineData("https://issuer.example.evil/jwks", false)]
    [InlineData("https://evil.issuer.example/jwks", false)]
    [InlineData("https://issuer.example@evil/jwks", false)]
    [InlineData("https://u:p@issuer.example/jwks", false)]
    [InlineData("http://169.254.169.254/metadata", false)]
    [InlineData("http://127.0.0.1/jwks", false)]
    [InlineData("file:///etc/passwd", false)]
    public async Task Keys_come_by_https_from_hosts_that_are_named(string address, bool asked)
    {
        var issuer = new IssuerOptions { Issuer = "https://issuer.example/", Audience = "us", KeyHosts = "keys.example keys.example:8443" };
        using var web = new Web(new JsonObject { ["issuer"] = issuer.Issuer, ["jwks_uri"] = address }.ToJsonString());
        using var http = new HttpClient(web);
        var tokens = new BearerTokens(new AuthOptions { Issuers = [issuer] }, http, local: false, new FakeTimeProvider(), _ => default);

        await tokens.ReadAsync("Bearer " + SigningKey.Rsa("k").Token("""{"alg":"RS256"}""", """{"iss":"https://issuer.example/","exp":1}""", "RS256"), TestContext.Current.CancellationToken);

        Assert.Equal("https://issuer.example/.well-known/openid-configuration", web.Asked[0]);
        Assert.Equal(asked ? [new Uri(address).AbsoluteUri] : [], web.Asked.Skip(1));
    }

    /// <summary>Gives everybody the same answer.</summary>
    private sealed class Web(string answer) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.AbsoluteUri);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer) });
        }
    }
}
