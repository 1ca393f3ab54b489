using TrainIdentity.HubEmulator.Http;

namespace TrainIdentity.HubEmulator.Faults;

/// <summary>Which route can suffer what, so that no test passes because its fault meant nothing.</summary>
internal static class FaultRules
{
    /// <summary>What is wrong with a fault, or null.</summary>
    public static string? Refuse(Fault fault)
    {
        if (fault.Route is null || !RouteNames.All.Contains(fault.Route)) return $"No route is called {fault.Route}.";
        if (!Fits(fault)) return $"{fault.Kind} means nothing on {fault.Route}.";
        return fault.Times < 1 ? "A fault strikes at least once." : null;
    }

    private static bool Fits(Fault fault) => fault.Kind switch
    {
        FaultKind.Lose or FaultKind.Duplicate => fault.Route is RouteNames.Delivery,
        FaultKind.Delay => true,
        _ when fault.Route is RouteNames.Delivery => false,
        FaultKind.Public => fault.Route is RouteNames.Create,
        FaultKind.DropEtag => fault.Route is RouteNames.Put,
        FaultKind.BatchObjectError => fault.Route is RouteNames.Batch,
        FaultKind.LoseObject => fault.Route is RouteNames.Batch or RouteNames.Put or RouteNames.Complete or RouteNames.Verify,
        FaultKind.ExpireUrls => fault.Route is RouteNames.Batch or RouteNames.Put or RouteNames.Complete or RouteNames.Download,
        FaultKind.S3Timeout => fault.Route is RouteNames.Put or RouteNames.Download,
        FaultKind.TokenRevoked => fault.Route is not (RouteNames.Put or RouteNames.Complete or RouteNames.Download),
        FaultKind.Renamed => NamesRepo(fault.Route),
        FaultKind.Stuck => fault.Route is RouteNames.JobsStart,
        FaultKind.CloseStream => fault.Route is RouteNames.JobsLogs or RouteNames.JobsMetrics or RouteNames.JobsEvents,
        _ => true,
    };

    /// <summary>Whether the address of a route has a repo's name in it.</summary>
    private static bool NamesRepo(string route) => route is RouteNames.Settings or RouteNames.Info or RouteNames.Tree
        or RouteNames.Paths or RouteNames.History or RouteNames.Preupload or RouteNames.Batch or RouteNames.Verify
        or RouteNames.Commit or RouteNames.Resolve or RouteNames.LfsFiles;
}
