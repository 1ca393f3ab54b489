using TrainIdentity.Tests.Rig.Sim;

namespace TrainIdentity.Tests.Service;

/// <summary>Which crash points are run: those with the worst consequences always, all of them with <c>TRAINIDENTITY_FULL=1</c>.</summary>
internal static class KillPoints
{
    private static readonly string[] Always = ["CP04", "CP06", "CP07", "CP12", "CP16", "CP21", "CP25", "CP33", "CP35", "CP38", "DR3", "DR4", "DR7", "DR8"];

    public static TheoryData<string> Chosen(IEnumerable<string> points) =>
        [.. points.Where(point => Seed.Full || Always.Any(always => point.StartsWith(always, StringComparison.Ordinal)))];
}
