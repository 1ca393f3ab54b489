namespace TrainIdentity.Hub;

/// <summary>What the account behind our token has to train with (whoami-v2; hub-docs, storage limits).</summary>
/// <param name="CanPay">Null when the Hub does not tell: a prepaid account may have credit or not.</param>
/// <param name="PrivateBytes">What its plan includes for private repos; what is more is paid for or refused.</param>
public sealed record HubStanding(TokenScope Scope, bool? CanPay, long PrivateBytes)
{
    private const long Free = 100_000_000_000;
    private const long Paid = 1_000_000_000_000;

    internal static HubStanding Read(WhoAmIAnswer who, string space, bool needsJobs)
    {
        var organisation = who.Orgs?.FirstOrDefault(org => org.Name == space);
        var (canPay, billing, paid) = organisation is null
            ? (who.CanPay, who.BillingMode, who.IsPro is true)
            : (organisation.CanPay, organisation.BillingMode, organisation.Plan is { Length: > 0 });
        return new HubStanding(TokenScope.Read(who, space, needsJobs), canPay is false && billing == "prepaid" ? null : canPay, paid ? Paid : Free);
    }
}
