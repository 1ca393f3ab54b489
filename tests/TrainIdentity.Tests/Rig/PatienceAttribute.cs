using System.Collections.Concurrent;
using System.Reflection;
using TrainIdentity.Tests.Rig;
using TrainIdentity.Tests.Rig.Sim;
using Xunit.v3;

[assembly: Patience]

namespace TrainIdentity.Tests.Rig;

/// <summary>
/// A test that waits for what never comes fails by its name, instead of keeping all others from being told. No promise of
/// the product is about time here: the limit is many times what the slowest test takes.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class PatienceAttribute : BeforeAfterTestAttribute
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static readonly ConcurrentDictionary<string, Timer> Limits = new();

    // Who asks for more than the usual run has said how long that is.
    private static bool Unlimited => Seed.Full || Environment.GetEnvironmentVariable("TRAINIDENTITY_FUZZ_SECONDS") is not null;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        var context = TestContext.Current;
        Limits[test.UniqueID] = new Timer(_ => context.CancelCurrentTest(), null, Unlimited ? Timeout.InfiniteTimeSpan : Longest, Timeout.InfiniteTimeSpan);
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Limits.TryRemove(test.UniqueID, out var limit))
        {
            limit.Dispose();
        }
    }
}
