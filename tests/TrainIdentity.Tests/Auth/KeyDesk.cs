using System.Net.Http;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Auth;

namespace TrainIdentity.Tests.Auth;

/// <summary>One RS256 issuer of which nothing is true but what a test publishes, and the checks of its tokens under a clock that stands.</summary>
internal sealed class KeyDesk : IAsyncDisposable
{
    public const string Path = "/desk";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly BearerTokens _tokens;

    private KeyDesk(KeyServer server, Action<AuthOptions> change)
    {
        Server = server;
        var options = new AuthOptions { Issuers = [new IssuerOptions { Issuer = server.Publish(Path, First), Audience = "us" }] };
        change(options);
        _tokens = new BearerTokens(options, _http, local: true, Clock, _ => default);
    }

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    public KeyServer Server { get; }

    public SigningKey First { get; } = SigningKey.Rsa("first");

    public int Reads => Server.KeysAsked(Path);

    public static async Task<KeyDesk> OpenAsync(Action<AuthOptions>? change = null) => new(await KeyServer.StartAsync(), change ?? (_ => { }));

    /// <returns>Null is accepted.</returns>
    public async Task<TokenRefusal?> ReadAsync(string token, CancellationToken? stop = null) =>
        await _tokens.ReadAsync("Bearer " + token, stop ?? TestContext.Current.CancellationToken) is { Accepted: false } outcome ? outcome.Refusal : null;

    public Task<TokenRefusal?> ReadAsync(SigningKey key) => ReadAsync(Token(key));

    public string Token(SigningKey key, string? kid = null) => key.Token(
        kid is "" ? """{"alg":"RS256"}""" : $$"""{"alg":"RS256","kid":"{{kid ?? key.Id}}"}""", Payload, "RS256");

    private string Payload =>
        $$"""{"iss":"{{Server.Url}}{{Path}}","sub":"u","aud":"us","exp":{{Clock.GetUtcNow().ToUnixTimeSeconds() + 600}}}""";

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }
}
