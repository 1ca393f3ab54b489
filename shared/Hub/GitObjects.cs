using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace TrainIdentity.Hub;

internal static class GitObjects
{
    [SuppressMessage("Security", "CA5350", Justification = "Git names its objects by SHA-1; nothing is protected by it.")]
    public static string BlobId(ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static bool IsCommitId([NotNullWhen(true)] string? text) => text is { Length: 40 } && text.All(char.IsAsciiHexDigitLower);
}

/// <summary>The repo's own <c>.gitattributes</c> with our patterns added, never less than it had.</summary>
public static class GitAttributes
{
    private const string LfsRule = " filter=lfs diff=lfs merge=lfs -text";

    private static readonly string[] Patterns = ["*.jpg", "*.jpeg", "*.png", "*.webp", "*.safetensors"];

    public static string WithOurs(string existing)
    {
        var lines = existing.ReplaceLineEndings("\n").TrimEnd('\n');
        var known = lines.Split('\n').Select(line => line.Split(' ', 2)[0]).ToHashSet(StringComparer.Ordinal);
        var added = Patterns.Where(pattern => !known.Contains(pattern)).Select(pattern => pattern + LfsRule);
        return string.Join('\n', new[] { lines }.Where(text => text.Length > 0).Concat(added)) + "\n";
    }
}
