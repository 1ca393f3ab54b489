using System.Globalization;
using System.Text;

namespace TrainIdentity.Identities;

/// <summary>
/// The two invisible characters that many scripts and emoji need, and that anywhere else make two names look like one. The
/// joiner stands inside a cluster, as in emoji, or after a virama; the non-joiner between two letters, as in Persian, or
/// after a virama.
/// </summary>
internal static class NameJoiners
{
    public const int ZeroWidthNonJoiner = 0x200C;
    public const int ZeroWidthJoiner = 0x200D;

    // Canonical combining class 9, of scripts in use today: it alone makes a joiner at the end of a word mean something.
    private static readonly HashSet<int> Viramas =
    [
        0x094D, 0x09CD, 0x0A4D, 0x0ACD, 0x0B4D, 0x0BCD, 0x0C4D, 0x0CCD, 0x0D3B, 0x0D3C, 0x0D4D, 0x0DCA, 0x0E3A, 0x0F84, 0x1039, 0x103A,
        0x1714, 0x1734, 0x17D2, 0x1A60, 0x1B44, 0x1BAA, 0x1BAB, 0x1BF2, 0x1BF3, 0xA806, 0xA8C4, 0xA953, 0xA9C0, 0xAAF6, 0xABED,
    ];

    public static bool AreInPlace(string name)
    {
        var clusters = StringInfo.ParseCombiningCharacters(name).ToHashSet();
        var before = default(Rune);
        var at = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            var end = at + rune.Utf16SequenceLength;
            if (rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner && !IsInPlace(rune, before, name.AsSpan(end), clusters.Contains(at) || clusters.Contains(end)))
            {
                return false;
            }
            (before, at) = (rune, end);
        }
        return true;
    }

    /// <param name="border">A cluster begins with the joiner or right after it.</param>
    private static bool IsInPlace(Rune joiner, Rune before, ReadOnlySpan<char> rest, bool border) =>
        Viramas.Contains(before.Value)
        || (Rune.DecodeFromUtf16(rest, out var after, out _) is System.Buffers.OperationStatus.Done
            && after.Value is not (ZeroWidthNonJoiner or ZeroWidthJoiner)
            && (joiner.Value is ZeroWidthJoiner ? !border : IsPartOfWord(before) && Rune.IsLetter(after)));

    private static bool IsPartOfWord(Rune rune) =>
        Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
