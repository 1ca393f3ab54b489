namespace TrainIdentity.Benchmarks;

/// <summary>What every case is given.</summary>
/// <param name="Trial">Everything once and small, to see that it works; what comes out is no figure.</param>
internal sealed record Bench(Theatre Theatre, Report Report, bool Trial)
{
    /// <summary>How often both sides of a comparison are run in turn.</summary>
    public int Times(int usual) => Trial ? 1 : usual;

    /// <summary>A figure of a trial is none.</summary>
    public void Require(string what, double value, double required, double? aim = null)
    {
        if (!Trial) Report.Require(new Figure(what, value, required, aim));
    }
}
