using System.Text.RegularExpressions;

namespace TrainIdentity.HubEmulator.Git;

/// <summary>The patterns of a <c>.gitattributes</c> or <c>.gitignore</c> text.</summary>
internal sealed class GitPatterns
{
    private readonly List<(Regex Pattern, bool Applies)> _rules = [];

    /// <summary>Rules that send paths to LFS, the last matching one deciding.</summary>
    public static GitPatterns LfsOf(string gitAttributes)
    {
        var patterns = new GitPatterns();
        foreach (var line in Lines(gitAttributes))
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var lfs = words.Skip(1).Contains("filter=lfs");
            var reset = words.Skip(1).Any(word => word is "-filter" or "!filter" or "filter");
            if (lfs || reset) patterns._rules.Add((Compile(words[0]), lfs));
        }

        return patterns;
    }

    public static GitPatterns IgnoredBy(string gitIgnore)
    {
        var patterns = new GitPatterns();
        foreach (var line in Lines(gitIgnore))
        {
            var negated = line.StartsWith('!');
            patterns._rules.Add((Compile(negated ? line[1..] : line, orBelow: true), !negated));
        }

        return patterns;
    }

    public bool Match(string path) => _rules.FindLast(rule => rule.Pattern.IsMatch(path)) is { Pattern: not null, Applies: true };

    private static IEnumerable<string> Lines(string text) =>
        text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');

    /// <remarks>A pattern without a slash matches the name in any folder; one with a slash is anchored at the root.</remarks>
    private static Regex Compile(string glob, bool orBelow = false)
    {
        var body = glob.TrimEnd('/');
        var anchored = body.Contains('/', StringComparison.Ordinal);
        var text = Regex.Replace(body.TrimStart('/'), @"\[\[:space:\]\]|\\.|\*\*/|/\*\*$|\*\*|\*|\?|\[[^\]]*\]|[^*?\\\[/]+|.", Piece);
        return new Regex($"^{(anchored ? "" : "(?:.*/)?")}{text}{(orBelow ? "(?:/.*)?" : "")}$", RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    private static string Piece(Match match) => match.Value switch
    {
        "[[:space:]]" => @"\s",
        "**/" => "(?:.*/)?",
        "/**" => "/.*",
        "**" => ".*",
        "*" => "[^/]*",
        "?" => "[^/]",
        ['\\', var escaped] => Regex.Escape(escaped.ToString()),
        ['[', .., ']'] set => set.Replace("[!", "[^", StringComparison.Ordinal),
        var literal => Regex.Escape(literal),
    };
}
