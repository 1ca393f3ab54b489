using System.Globalization;

namespace TrainIdentity.Benchmarks;

/// <summary>What a run has found: one table per case, in the form in which documents hold it, and the figures that must hold.</summary>
internal sealed class Report
{
    private readonly List<(string Name, string Text)> _tables = [];
    private readonly List<Figure> _figures = [];

    public IReadOnlyList<(string Name, string Text)> Tables => _tables;

    public IReadOnlyList<Figure> Figures => _figures;

    /// <summary>A table is printed as soon as it is known: a run takes minutes.</summary>
    public void Add(string name, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<string> lines = [Line(heads), Line([.. heads.Select((_, n) => n is 0 ? "---" : "---:")]), .. rows.Select(Line)];
        _tables.Add((name, string.Join('\n', lines)));
        Console.WriteLine($"\n{name}\n\n{_tables[^1].Text}");
    }

    public void Require(Figure figure) => _figures.Add(figure);

    /// <summary>The last of the tables, and one line that says how it went.</summary>
    public int End()
    {
        if (_figures.Count > 0)
        {
            Add("figures", ["Figure", "reached", "required", "aimed at", "holds"],
                _figures.Select(one => (IReadOnlyList<string>)[one.What, Number(one.Value), Number(one.Required), one.Aim is { } aim ? Number(aim) : "", one.Holds ? "yes" : "**no**"]));
        }
        var missed = _figures.Where(one => !one.Holds).ToList();
        Console.WriteLine(missed.Count is 0
            ? $"\nAll {_figures.Count} required figures hold."
            : $"\nMissed: {string.Join("; ", missed.Select(one => $"{one.What} is {Number(one.Value)}, required {Number(one.Required)}"))}.");
        return missed.Count is 0 ? 0 : 1;
    }

    public static string Number(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>The median, and how far the runs were apart.</summary>
    public static string Spread(Series of) => $"{Number(of.Median)} ({Number(of.Min)} to {Number(of.Max)})";

    private static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";
}
