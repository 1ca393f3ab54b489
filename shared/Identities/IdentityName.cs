using System.Globalization;
using System.Text;

namespace TrainIdentity.Identities;

/// <summary>What a person calls the identity: NFC, trimmed, 1 to 80 grapheme clusters and at most 320 bytes of UTF-8.</summary>
public sealed record IdentityName
{
    public const int MaxClusters = 80;
    public const int MaxBytes = 320;

    private const int MaxSlugChars = 50;

    // Normalising takes time by length, and no name is nearly as long.
    private const int MaxChars = 4096;

    private IdentityName(string value) => Value = value;

    public string Value { get; }

    /// <summary>Lower-case <c>[a-z0-9]</c> runs joined by single hyphens: always a legal part of a Hub name, also for names in other scripts.</summary>
    public string Slug
    {
        get
        {
            var runs = new StringBuilder();
            foreach (var c in Value.ToLowerInvariant())
            {
                if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
                {
                    runs.Append(c);
                }
                else if (runs.Length > 0 && runs[^1] != '-')
                {
                    runs.Append('-');
                }
            }
            var slug = runs.ToString(0, Math.Min(runs.Length, MaxSlugChars)).Trim('-');
            return slug.Length > 0 ? slug : "person";
        }
    }

    /// <summary>The problem of a name, or null with the name in <paramref name="name"/>.</summary>
    public static IntakeProblem? Read(string? text, out IdentityName? name)
    {
        name = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return IntakeProblem.NameRequired;
        }
        if (text.Length > MaxChars || HasNoCharacter(text))
        {
            return IntakeProblem.NameInvalid;
        }

        var value = text.Normalize(NormalizationForm.FormC).Trim();
        if (value.EnumerateRunes().Any(IsForbidden) || !NameJoiners.AreInPlace(value)
            || Encoding.UTF8.GetByteCount(value) > MaxBytes || StringInfo.ParseCombiningCharacters(value).Length > MaxClusters)
        {
            return IntakeProblem.NameInvalid;
        }

        name = new IdentityName(value);
        return null;
    }

    public override string ToString() => Value;

    /// <summary>Halves of characters, and code points that will never be one; neither can be normalised.</summary>
    private static bool HasNoCharacter(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var used) is not System.Buffers.OperationStatus.Done
                || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF)
            {
                return true;
            }
            at += used;
        }
        return false;
    }

    /// <summary>Controls, line and paragraph separators and invisible formatting; where the two joiners may stand is looked at apart.</summary>
    private static bool IsForbidden(Rune rune) => rune.Value is not (NameJoiners.ZeroWidthNonJoiner or NameJoiners.ZeroWidthJoiner) && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
