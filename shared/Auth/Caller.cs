using System.Security.Cryptography;
using System.Text;
using System.Buffers.Text;

namespace TrainIdentity.Auth;

/// <summary>A person whose token was verified. Nothing but <see cref="BearerTokens"/> makes one.</summary>
public sealed record Caller
{
    internal Caller(string key, string subject) => (Key, Subject) = (key, subject);

    /// <summary>Names the caller's storage partition; holds no character a table key refuses.</summary>
    public string Key { get; }

    /// <summary>The token's <c>sub</c>, exactly as the issuer wrote it; of Entra, tenant and object id.</summary>
    public string Subject { get; }

    /// <summary>For the log: tells callers apart and names none.</summary>
    public string Mark => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)).AsSpan(0, 8));

    public override string ToString() => "Caller";

    /// <summary>
    /// The primary issuer keeps its short subjects; everything else is hashed with its issuer, so that two issuers
    /// with the same subject never share a partition.
    /// </summary>
    internal static Caller From(string issuer, string subject, bool primary) =>
        new(primary && IsPlain(subject) ? subject : Hashed(issuer, subject), subject);

    private static bool IsPlain(string subject) =>
        subject.Length is >= 1 and <= 64 && subject.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static string Hashed(string issuer, string subject) =>
        "~" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}")));
}
