namespace TrainIdentity.Benchmarks;

/// <summary>What repeated runs of one thing gave.</summary>
internal sealed class Series(IEnumerable<double> values)
{
    private readonly double[] _rounds = [.. values];

    private readonly double[] _sorted = [.. values.Order()];

    public int Count => _sorted.Length;

    public double Min => _sorted[0];

    public double Max => _sorted[^1];

    public double Median => At(0.5);

    /// <summary>
    /// How many times as much as the other, measured in the same rounds: the median of the rounds' ratios, since what slows a shared machine
    /// for minutes slows both sides of a round.
    /// </summary>
    public double Over(Series other) => new Series(_rounds.Zip(other._rounds, (one, its) => one / its)).Median;

    /// <param name="part">0 to 1; between two values, the mean of them by distance.</param>
    public double At(double part)
    {
        var place = part * (_sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, _sorted.Length - 1);
        return _sorted[below] + (_sorted[above] - _sorted[below]) * (place - below);
    }
}
