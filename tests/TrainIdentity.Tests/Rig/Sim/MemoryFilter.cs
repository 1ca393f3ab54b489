using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainIdentity.Tests.Rig.Sim;

/// <summary>
/// A query filter: comparisons joined by and, or, not and parentheses. A property that a row does not have, or has with
/// another type, fails every comparison.
/// </summary>
internal sealed partial class MemoryFilter
{
    private const int MaxComparisons = 15;

    private readonly List<string> _tokens;
    private int _at;
    private int _comparisons;
    private bool _either;

    private MemoryFilter(string text)
    {
        _tokens = [.. Token().Matches(text).Select(match => match.Value)];
        if (!Whole().IsMatch(text))
        {
            throw Invalid();
        }
        Takes = _tokens.Count == 0 ? _ => true : Or();
        if (_at < _tokens.Count)
        {
            throw Invalid();
        }
        Partition = _either ? null : Partition;
    }

    public Func<MemoryRow, bool> Takes { get; }

    /// <summary>The one partition that the filter asks for; null when it may be any.</summary>
    public string? Partition { get; private set; }

    public static MemoryFilter Parse(string text) => new(text);

    private Func<MemoryRow, bool> Or()
    {
        var left = And();
        while (Skip("or"))
        {
            var (a, b) = (left, And());
            _either = true;
            left = row => a(row) || b(row);
        }
        return left;
    }

    private Func<MemoryRow, bool> And()
    {
        var left = Not();
        while (Skip("and"))
        {
            var (a, b) = (left, Not());
            left = row => a(row) && b(row);
        }
        return left;
    }

    private Func<MemoryRow, bool> Not()
    {
        if (Skip("not"))
        {
            _either = true;
            var inner = Not();
            return row => !inner(row);
        }
        if (Skip("("))
        {
            var inner = Or();
            return Skip(")") ? inner : throw Invalid();
        }
        return Comparison();
    }

    private Func<MemoryRow, bool> Comparison()
    {
        if (++_comparisons > MaxComparisons)
        {
            throw Invalid();
        }

        var (name, comparison, constant) = (Next(), Next(), Literal(Next()));
        if (!Name().IsMatch(name))
        {
            throw Invalid();
        }
        if (name == "PartitionKey" && comparison == "eq")
        {
            Partition = constant as string;
        }
        Func<int, bool> holds = comparison switch
        {
            "eq" => order => order == 0,
            "ne" => order => order != 0,
            "gt" => order => order > 0,
            "ge" => order => order >= 0,
            "lt" => order => order < 0,
            "le" => order => order <= 0,
            _ => throw Invalid(),
        };
        return row => Order(row[name], constant) is { } order && holds(order);
    }

    private static object Literal(string token) => token switch
    {
        "true" => true,
        "false" => false,
        ['\'', .., '\''] => token[1..^1].Replace("''", "'", StringComparison.Ordinal),
        _ when token.StartsWith("datetime'", StringComparison.Ordinal) => DateTimeOffset.Parse(token[9..^1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        _ when token.StartsWith("guid'", StringComparison.Ordinal) => Guid.Parse(token[5..^1]),
        _ when token.StartsWith("X'", StringComparison.Ordinal) => Convert.FromHexString(token[2..^1]),
        _ when token.StartsWith("binary'", StringComparison.Ordinal) => Convert.FromHexString(token[7..^1]),
        [.. var digits, 'L'] when long.TryParse(digits, CultureInfo.InvariantCulture, out var number) => number,
        _ when int.TryParse(token, CultureInfo.InvariantCulture, out var number) => number,
        _ when double.TryParse(token, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Invalid(),
    };

    /// <returns>Null when the two cannot be compared.</returns>
    private static int? Order(object? value, object constant) => (value, constant) switch
    {
        (string a, string b) => string.CompareOrdinal(a, b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        (int a, long b) => ((long)a).CompareTo(b),
        (long a, int b) => a.CompareTo(b),
        (double a, int b) => a.CompareTo(b),
        (IComparable a, _) when a.GetType() == constant.GetType() => a.CompareTo(constant),
        _ => null,
    };

    private string Next() => _at < _tokens.Count ? _tokens[_at++] : throw Invalid();

    private bool Skip(string token)
    {
        if (_at >= _tokens.Count || _tokens[_at] != token)
        {
            return false;
        }
        _at++;
        return true;
    }

    private static Azure.RequestFailedException Invalid() => TableFault.Of(400, "InvalidInput");

    [GeneratedRegex("(?:datetime|guid|X|binary)?'(?:[^']|'')*'|[()]|[^\\s()']+")]
    private static partial Regex Token();

    [GeneratedRegex("^(?:'(?:[^']|'')*'|[^'])*\\z")]
    private static partial Regex Whole();

    [GeneratedRegex("^[\\p{L}_][\\p{L}\\p{Nd}_]*\\z")]
    private static partial Regex Name();
}
