using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace TrainIdentity.Tests.Auth;

/// <summary>What can be done to a token without its key.</summary>
internal static class TokenTampering
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    public static string Apply(string way, string token)
    {
        var (header, payload, signature) = (token.Split('.')[0], token.Split('.')[1], token.Split('.')[2]);
        return way switch
        {
            "" or "der" => token,
            "one part" => header,
            "two parts" => $"{header}.{payload}",
            "four parts" => $"{token}.{signature}",
            "five parts" => $"{header}.{signature}.{signature}.{payload}.{signature}",
            "encrypted and packed" => $"{Base64UrlEncoder.Encode("""{"alg":"dir","enc":"A256GCM","zip":"DEF"}""")}..{signature}.{payload}.{signature}",
            "dots alone" => "..",
            "empty header" => $".{payload}.{signature}",
            "empty payload" => $"{header}..{signature}",
            "no signature" => $"{header}.{payload}.",
            "short signature" => token[..^4],
            "half signature" => $"{header}.{payload}.{signature[..(signature.Length / 2)]}",
            "long signature" => token + "AAAA",
            "signature bit" => $"{header}.{payload}.{Base64UrlEncoder.Encode(Flipped(Base64UrlEncoder.DecodeBytes(signature)))}",
            "payload bit" => $"{header}.{Base64UrlEncoder.Encode(Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(payload)).Replace("\"victim\"", "\"victil\"", StringComparison.Ordinal))}.{signature}",
            "spare bits" => token[..^1] + Alphabet[Alphabet.IndexOf(token[^1], StringComparison.Ordinal) ^ 1],
            "padding" => token + "==",
            "padded parts" => $"{header}==.{payload}==.{signature}==",
            "plain base64" => $"{header}.{payload}.{signature.Replace('-', '+').Replace('_', '/')}",
            "not base64" => $"{header}.{payload[..10]}!{payload[11..]}.{signature}",
            "space" => $"{header}. {payload}.{signature}",
            "tab" => $"{header}.\t{payload}.{signature}",
            "quotes" => $"\"{token}\"",
            "percent" => token.Replace(".", "%2E", StringComparison.Ordinal),
            "comma" => token + ",",
            "payload of JSON" => $"{header}.{Base64UrlEncoder.Encode("[]")}.{signature}",
            _ => throw new ArgumentOutOfRangeException(nameof(way), way, "No such tampering."),
        };
    }

    private static byte[] Flipped(byte[] bytes)
    {
        bytes[bytes.Length / 2] ^= 1;
        return bytes;
    }
}
