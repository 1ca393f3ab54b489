using System.Diagnostics.CodeAnalysis;

namespace TrainIdentity.Identities;

/// <summary>
/// A UUIDv7. Its row key is the complement, so that a partition read in key order is newest first, and id and key follow
/// from each other without a look-up.
/// </summary>
public readonly record struct IdentityId(Guid Value)
{
    public static IdentityId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static bool TryParse([NotNullWhen(true)] string? text, out IdentityId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value) && text == value.ToString("D");
        id = new IdentityId(value);
        return parsed;
    }

    /// <summary>32 lower-case hex digits.</summary>
    internal string RowDigits
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            Invert(bytes);
            return Convert.ToHexStringLower(bytes);
        }
    }

    internal static IdentityId FromRowDigits(string digits)
    {
        var bytes = Convert.FromHexString(digits);
        Invert(bytes);
        return new IdentityId(new Guid(bytes, bigEndian: true));
    }

    public override string ToString() => Value.ToString("D");

    private static void Invert(Span<byte> bytes)
    {
        foreach (ref var b in bytes)
        {
            b = (byte)~b;
        }
    }
}
