using TrainIdentity.Training;

namespace TrainIdentity.Identities;

internal static class JobCost
{
    /// <summary>With what the job has cost up to now added, once. The Hub stops it at its timeout, whenever that is seen.</summary>
    public static Identity Paid(this Identity identity, DateTimeOffset now)
    {
        if (identity is not { Job.StartedAt: { } started, UsdPerHour: { } price })
        {
            return identity;
        }
        var ran = (identity.Job.EndedAt ?? now) - started;
        var paid = TrainingPrice.MicroUsd(ran < identity.Plan.Timeout ? ran : identity.Plan.Timeout, price);
        return identity with { SpentMicroUsd = identity.SpentMicroUsd + paid, UsdPerHour = null };
    }
}
