using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Tests.Auth;

/// <summary>Makes the token that a case describes.</summary>
internal sealed partial class TokenMint(TokenIssuers issuers)
{
    private readonly SigningKey _attackersRsa = SigningKey.Rsa("attacker");
    private readonly SigningKey _attackersEc = SigningKey.Ec("attacker");

    // A plus sign that is escaped is no moment any more.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex("\"?@([+-][0-9]+)\"?")]
    private static partial Regex Moments();

    [GeneratedRegex("~([0-9]+)~")]
    private static partial Regex Lengths();

    public string Token(TokenCase one, DateTimeOffset now)
    {
        var issuer = issuers[one.Issuer];
        var header = Words(Change(new JsonObject { ["alg"] = issuer.Algorithm, ["typ"] = "JWT", ["kid"] = issuer.Keys[0].Id }, one.Header), issuer, now);
        var payload = Words(Change(Payload(one.Issuer, issuer, now), one.Payload), issuer, now);
        var signed = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(payload)}";
        var algorithm = one.Sign ?? issuer.Algorithm;
        var signature = Key(one.Key, issuer)?.Sign(signed, algorithm, der: one.Tamper == "der") ?? [];
        return TokenTampering.Apply(one.Tamper, $"{signed}.{Base64UrlEncoder.Encode(signature)}");
    }

    private SigningKey? Key(string name, TokenIssuers.Issuer issuer) => name switch
    {
        "own" => issuer.Keys[0],
        "second" => issuer.Keys[1],
        "none" => null,
        "attacker" => issuer.Algorithm[0] == 'E' ? _attackersEc : _attackersRsa,
        "public-pem" => Secret(Encoding.ASCII.GetBytes(issuer.Keys[0].Pem)),
        "public-pem-line" => Secret(Encoding.ASCII.GetBytes(issuer.Keys[0].Pem + "\n")),
        "public-der" => Secret(issuer.Keys[0].Der),
        "public-jwk" => Secret(Encoding.ASCII.GetBytes(issuer.Keys[0].Published().ToJsonString())),
        "public-modulus" => Secret(Base64UrlEncoder.DecodeBytes((string)issuer.Keys[0].Published()["n"]!)),
        "zeros" => Secret(new byte[32]),
        _ when name.StartsWith("of:", StringComparison.Ordinal) => issuers[name[3..]].Keys[0],
        _ when name.StartsWith("secret:", StringComparison.Ordinal) => Secret(Encoding.UTF8.GetBytes(name[7..])),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such key."),
    };

    private static SigningKey Secret(byte[] secret) => SigningKey.Secret("", secret);

    private static JsonObject Payload(string kind, TokenIssuers.Issuer issuer, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        var payload = new JsonObject { ["iss"] = issuer.Name, ["sub"] = "victim", ["aud"] = TokenIssuers.Audience, ["iat"] = seconds, ["nbf"] = seconds, ["exp"] = seconds + 3600 };
        if (kind is "supabase" or "legacy")
        {
            (payload["sub"], payload["role"], payload["is_anonymous"], payload["user_metadata"]) = (TokenIssuers.Person, "authenticated", false, new JsonObject { ["name"] = "Mira" });
        }
        if (kind is "entra")
        {
            (payload["tid"], payload["oid"], payload["scp"], payload["ver"], payload["idtyp"]) = (TokenIssuers.Tenant, TokenIssuers.Person, "identities.train", "2.0", "user");
        }
        return payload;
    }

    private static string Change(JsonObject usual, JsonNode? change)
    {
        if (change is JsonValue)
        {
            return (string)change!;
        }
        foreach (var (name, value) in change as JsonObject ?? [])
        {
            if (value is null) _ = usual.Remove(name);
            else usual[name] = value.DeepClone();
        }
        return usual.ToJsonString(Plain);
    }

    /// <summary>"@+61" is a time from now, to the millisecond; ~9000~ so many letters; the rest are names.</summary>
    private string Words(string json, TokenIssuers.Issuer issuer, DateTimeOffset now)
    {
        json = Moments().Replace(json, match => ((now.ToUnixTimeMilliseconds() / 1000.0) + int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToString("F3", CultureInfo.InvariantCulture));
        json = Lengths().Replace(json, match => new string('x', int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)));
        json = json.Replace("$issuer", issuer.Name, StringComparison.Ordinal)
            .Replace("$ISSUER", issuer.Name.ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("\"$jwk\"", _attackersRsa.Published().ToJsonString(), StringComparison.Ordinal)
            .Replace("$x5c", _attackersRsa.Certificate().Replace("+", "\\u002B", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("$person", TokenIssuers.Person, StringComparison.Ordinal)
            .Replace("$audience", TokenIssuers.Audience, StringComparison.Ordinal)
            .Replace("$tenant", TokenIssuers.Tenant, StringComparison.Ordinal);
        return json.AsSpan().ContainsAny('@', '$', '~') ? throw new FormatException($"Not all words of a recipe are known: {json}") : json;
    }
}
