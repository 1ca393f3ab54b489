using System.Net.Http;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TrainIdentity.Auth;
using TrainIdentity.Tests.Rig;

namespace TrainIdentity.Tests.Auth;

/// <summary>Whatever stands in a header, it is refused or believed, and costs little.</summary>
public sealed class JwtFuzzTests
{
    private const int AllocatedBytes = 2 << 20;
    private const string Issuer = "https://project.supabase.co/auth/v1";
    private const string Header = """{"alg":"HS256","typ":"JWT","kid":"k"}""";

    private static readonly byte[][] Words =
    [
        [.. "\"alg\":\"none\""u8], [.. "\"crit\":[]"u8], [.. "\"sub\":"u8], [.. "\"exp\":1e400"u8], [.. "\"aud\":["u8], [.. "\\ud800"u8], [.. "null"u8], [.. "."u8], [.. "\"role\":\"anon\""u8], [.. "[[[[[["u8],
    ];

    private static readonly SigningKey Key = SigningKey.Secret("k", Encoding.UTF8.GetBytes(TokenIssuers.Secret));

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    private static string Payload =>
        $$"""{"iss":"{{Issuer}}","sub":"{{TokenIssuers.Person}}","aud":["authenticated"],"role":"authenticated","is_anonymous":false,"iat":1800000000,"nbf":1800000000,"exp":1800003600}""";

    [Fact]
    public void Broken_headers_of_requests_are_refused()
    {
        var tokens = Tokens();
        byte[][] corpus = [Bytes("Bearer " + Signed(Header, Payload)), Bytes("Bearer a.b.c"), Bytes("Basic eA==")];

        Fuzz.Run("bearer headers", corpus, seed: 1, count: 100_000, bytes =>
        {
            var text = Encoding.Latin1.GetString(bytes);
            Assert.True(!Read(tokens, text).Accepted || text[7..] == Signed(Header, Payload));
        }, Words);
    }

    [Fact]
    public void Broken_headers_of_tokens_are_refused_although_they_are_signed() => Fuzz.Run("token headers", [Bytes(Header)], seed: 2, count: 50_000, bytes =>
    {
        var outcome = Read(Tokens(), "Bearer " + Signed(bytes, Bytes(Payload)));
        Assert.True(!outcome.Accepted || Encoding.UTF8.GetString(bytes).Contains("HS256", StringComparison.Ordinal));
    }, Words);

    [Fact]
    public void Broken_claims_are_refused_although_they_are_signed() => Fuzz.Run("token claims", [Bytes(Payload)], seed: 3, count: 100_000, bytes =>
    {
        var outcome = Read(Tokens(), "Bearer " + Signed(Bytes(Header), bytes));
        Assert.True(!outcome.Accepted || Guid.TryParseExact(outcome.Caller.Subject, "D", out _));
    }, Words);

    [Fact]
    public void Broken_key_sets_hold_no_keys_or_real_ones()
    {
        var set = $$"""{"keys":[{{SigningKey.Rsa("a").Published().ToJsonString()}},{{SigningKey.Ec("b").Published().ToJsonString()}},{{Key.Published().ToJsonString()}}]}""";

        Fuzz.Run("key sets", [Bytes(set)], seed: 4, count: 50_000, bytes => Bounded(() =>
        {
            if (!StrictJson.TryRead(bytes, out var document))
            {
                return 0;
            }
            return new[] { "RS256", "ES256", "ES384" }.Sum(algorithm => PublishedKeys.Read(document, algorithm)?.Matching(null).Count ?? 0);
        }), Words);
    }

    private BearerTokens Tokens() => new(
        new AuthOptions { Issuers = [new IssuerOptions { Issuer = Issuer, Audience = "authenticated", Kind = IssuerKind.SupabaseSecret }] },
        Nobody, local: false, _clock, _ => ValueTask.FromResult<string?>(TokenIssuers.Secret));

    // No key of a shared secret is asked for.
    private static HttpClient Nobody { get; } = new();

    private static TokenOutcome Read(BearerTokens tokens, string header) =>
        Bounded(() => tokens.ReadAsync(header, CancellationToken.None).AsTask().GetAwaiter().GetResult());

    private static T Bounded<T>(Func<T> act)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = act();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocatedBytes);
        return result;
    }

    private static string Signed(string header, string payload) => Signed(Bytes(header), Bytes(payload));

    private static string Signed(byte[] header, byte[] payload)
    {
        var signed = $"{System.Buffers.Text.Base64Url.EncodeToString(header)}.{System.Buffers.Text.Base64Url.EncodeToString(payload)}";
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(Key.Sign(signed, "HS256"))}";
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
