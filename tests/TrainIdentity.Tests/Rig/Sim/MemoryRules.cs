using Azure;
using System.Text.RegularExpressions;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>What the service refuses in a key or a row, and with which code ("Understanding the Table service data model").</summary>
internal static partial class MemoryRules
{
    private const int MaxUnits = 32_768;
    private const int MaxKeyUnits = 512;
    private const int MaxProperties = 252;
    private const int MaxRowBytes = 1 << 20;
    private static readonly DateTimeOffset FirstDate = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static bool IsTableName(string name) => TableName().IsMatch(name) && !name.Equals("tables", StringComparison.OrdinalIgnoreCase);

    /// <summary>A call that names no version of the row it changes is not one this program may make.</summary>
    public static void RequireVersion(ETag tag)
    {
        if (tag == ETag.All || tag == default)
        {
            throw new InvalidOperationException("A row was to be changed whatever it holds now.");
        }
        if (!tag.ToString("G").StartsWith("W/\"", StringComparison.Ordinal))
        {
            throw TableFault.Of(400, "InvalidInput");
        }
    }

    public static void RequireKeys(string? partition, string? row)
    {
        if (partition is null || row is null)
        {
            throw TableFault.Of(400, "PropertiesNeedValue");
        }
        if (!IsKey(partition) || !IsKey(row))
        {
            throw TableFault.Of(400, "InvalidInput");
        }
    }

    /// <returns>The bytes that the row counts for.</returns>
    public static int RequireRow(string partition, string row, Dictionary<string, object> values)
    {
        if (values.Count > MaxProperties)
        {
            throw TableFault.Of(400, "TooManyProperties");
        }

        var bytes = 4 + (2 * (partition.Length + row.Length));
        foreach (var (name, value) in values)
        {
            RequireName(name);
            bytes += 8 + (2 * name.Length) + SizeOf(value);
        }
        return bytes <= MaxRowBytes ? bytes : throw TableFault.Of(400, "EntityTooLarge");
    }

    private static void RequireName(string name)
    {
        if (name.Length > 255)
        {
            throw TableFault.Of(400, "PropertyNameTooLong");
        }
        if (!PropertyName().IsMatch(name))
        {
            throw TableFault.Of(400, "PropertyNameInvalid");
        }
    }

    private static int SizeOf(object value) => value switch
    {
        string text => text.Length <= MaxUnits ? 4 + (2 * text.Length) : throw TableFault.Of(400, "PropertyValueTooLarge"),
        byte[] data => data.Length <= 2 * MaxUnits ? 4 + data.Length : throw TableFault.Of(400, "PropertyValueTooLarge"),
        DateTimeOffset date => date >= FirstDate ? 8 : throw TableFault.Of(400, "OutOfRangeInput"),
        Guid => 16,
        bool => 1,
        int => 4,
        _ => 8,
    };

    private static bool IsKey(string key) =>
        key.Length <= MaxKeyUnits && !key.Any(c => c is '/' or '\\' or '#' or '?' or <= '\u001f' or (>= '\u007f' and <= '\u009f'));

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,62}\\z")]
    private static partial Regex TableName();

    [GeneratedRegex("^[\\p{L}_][\\p{L}\\p{Nd}_]*\\z")]
    private static partial Regex PropertyName();
}
