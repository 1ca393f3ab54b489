using System.Security.Cryptography;
using System.Text;

namespace TrainIdentity.HubEmulator.Git;

/// <summary>Object ids as git computes them: SHA-1 over "kind length NUL content".</summary>
public static class GitIds
{
    public static string Blob(ReadOnlySpan<byte> content) => Of("blob", content);

    internal static string Of(string kind, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"{kind} {content.Length}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
