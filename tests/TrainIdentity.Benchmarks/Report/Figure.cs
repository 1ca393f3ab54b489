namespace TrainIdentity.Benchmarks;

/// <summary>A figure that must not be above its limit, or the run has failed.</summary>
/// <param name="What">As it stands in the last line when it is missed.</param>
internal sealed record Figure(string What, double Value, double Required, double? Aim = null)
{
    public bool Holds => Value <= Required;
}
