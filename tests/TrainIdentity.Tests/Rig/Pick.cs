using CsCheck;

namespace TrainIdentity.Tests.Rig;

internal static class Pick
{
    public static Gen<T> From<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(n => values[n]);
}
