using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Faults;

/// <summary>Which route can suffer what, so that no test passes because its fault meant nothing.</summary>
internal static class FaultRules
{
    public static bool Fits(Fault fault) => fault.Kind switch
    {
        FaultKind.Lose or FaultKind.Duplicate => fault.Route is RouteNames.Delivery,
        FaultKind.Delay => true,
        _ when fault.Route is RouteNames.Delivery => false,
        FaultKind.Public => fault.Route is RouteNames.Create,
        FaultKind.DropEtag => fault.Route is RouteNames.Put,
        FaultKind.BatchObjectError => fault.Route is RouteNames.Batch,
        FaultKind.LoseObject => fault.Route is RouteNames.Batch or RouteNames.Put or RouteNames.Complete or RouteNames.Verify,
        FaultKind.ExpireUrls => fault.Route is RouteNames.Batch or RouteNames.Put or RouteNames.Download,
        FaultKind.S3Timeout => fault.Route is RouteNames.Put or RouteNames.Download,
        _ => true,
    };
}
