using System.Net.Http;
using System.Text;
using CsCheck;
using TrainIdentity.Auth;

namespace TrainIdentity.Tests.Auth;

public sealed class TokenPropertyTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    // Few letters, so that two subjects often meet, and those that names of partitions are made of.
    private static readonly Gen<string> Subjects = Gen.OneOf(
        Gen.String[Gen.Char["ab~\n-_/A"], 1, 4],
        Gen.String[Gen.Char["ab"], 63, 65],
        Gen.String[Gen.Char[Alphabet], 43, 43].Select(text => "~" + text),
        Gen.String.Where(text => text.Length > 0 && IsUnicode(text)));

    private static readonly Gen<string> Issuers = Gen.Int[0, 2].Select(n => new[] { "https://a.example", "https://a.example/", "https://b.example" }[n]);

    [Fact]
    public void No_two_people_share_a_partition() => Gen.Select(Issuers, Subjects, Issuers, Subjects).Sample(
        (issuer, subject, otherIssuer, otherSubject) =>
            (Key(issuer, subject) == Key(otherIssuer, otherSubject)) == ((issuer, subject) == (otherIssuer, otherSubject)) && IsTableKey(Key(issuer, subject)),
        iter: 100_000);

    [Fact]
    public void Hashed_keys_of_one_issuer_are_no_subjects_of_another() =>
        Gen.Select(Issuers, Subjects).Sample((issuer, subject) => Key("https://a.example", Key(issuer, subject)) != Key("https://b.example", subject), iter: 20_000);

    [Theory]
    [InlineData("rsa")]
    [InlineData("pss")]
    [InlineData("ec")]
    [InlineData("p384")]
    [InlineData("legacy")]
    public async Task A_token_with_one_character_changed_is_refused(string issuer)
    {
        await using var server = await KeyServer.StartAsync();
        var issuers = new TokenIssuers(server);
        var kind = issuer == "legacy" ? IssuerKind.SupabaseSecret : IssuerKind.Oidc;
        var options = new AuthOptions { Issuers = [new IssuerOptions { Issuer = issuers[issuer].Name, Audience = TokenIssuers.Audience, Algorithm = issuers[issuer].Algorithm, Kind = kind }] };
        using var http = new HttpClient();
        var tokens = new BearerTokens(options, http, local: true, TimeProvider.System, _ => ValueTask.FromResult<string?>(TokenIssuers.Secret));
        var token = new TokenMint(issuers).Token(new TokenCase { Id = "", What = "", Issuer = issuer }, DateTimeOffset.UtcNow);
        var first = await tokens.ReadAsync("Bearer " + token, TestContext.Current.CancellationToken);
        Assert.True(first.Accepted);

        Gen.Select(Gen.Int[token.IndexOf('.', StringComparison.Ordinal) + 1, token.Length - 1], Gen.OneOf(Gen.Char[Alphabet + ".=+/ "], Gen.Char)).Where((at, with) => token[at] != with)
            .Sample((at, with) => !tokens.ReadAsync($"Bearer {token[..at]}{with}{token[(at + 1)..]}", CancellationToken.None).AsTask().GetAwaiter().GetResult().Accepted, iter: 5_000);
        Assert.All(Alphabet.Where(last => last != token[^1]), last =>
            Assert.False(tokens.ReadAsync($"Bearer {token[..^1]}{last}", CancellationToken.None).AsTask().GetAwaiter().GetResult().Accepted));
    }

    private static string Key(string issuer, string subject) => Caller.From(issuer, subject, primary: issuer == "https://a.example").Key;

    private static bool IsTableKey(string key) => key.Length is >= 1 and <= 64 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '~' or '-' or '_');

    private static bool IsUnicode(string text)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text) > 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
