using TrainIdentity.HubEmulator.Jobs;

namespace TrainIdentity.LocalHost;

/// <summary>The stack as the storm wants it: everything that ends by a clock ends soon, and nothing runs out but time.</summary>
internal static class ChaosStack
{
    private const string Plenty = "1000000";

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan JobDuration = TimeSpan.FromSeconds(1.5);

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Lease__Duration"] = "00:00:06",
        ["Lease__Margin"] = "00:00:01",
        ["Watch__First"] = "00:00:01",
        ["Watch__Longest"] = "00:00:02",
        ["Watch__ProgressEvery"] = "00:00:02",
        ["Watch__NewsEvery"] = "00:00:01",
        ["Watch__Settled"] = "00:00:15",
        ["Watch__MissingFor"] = "00:00:03",
        ["Watch__PublicFor"] = "00:00:20",
        ["Watch__GoneWithoutLimit"] = "true",
        ["Intake__SoftDeadline"] = "00:00:20",
        ["Intake__ReserveWithin"] = "00:00:04",
        ["Intake__AbandonedAfter"] = "00:00:10",
        ["Intake__Deadline"] = "00:02:00",

        // The least timeout a job may be given is a minute; an overtime below zero ends it sooner.
        ["Training__Timeout"] = "00:01:00",
        ["Training__Overtime"] = "-00:00:45",
        ["Training__QueueTime"] = "00:00:00",
        ["Training__ResultGrace"] = "00:00:02",
        ["Training__FailedKept"] = "00:00:20",
        ["Reconcile__FirstRetry"] = "00:00:01",
        ["Reconcile__LastRetry"] = "00:00:05",
        ["Reconcile__OrphanRetry"] = "00:00:03",
        ["Hub__StorageStall"] = "00:00:05",
        ["Hub__CallsPerFiveMinutes"] = Plenty,
        ["Training__StartsPerDay"] = Plenty,
        ["Quota__Active"] = Plenty,
        ["Quota__PerDay"] = Plenty,
        ["Quota__Stored"] = Plenty,
        ["Quota__BytesPerDay"] = "1000000000000",
        ["Rate__Creations"] = Plenty,
        ["Rate__Photos"] = Plenty,
        ["Rate__Reads"] = Plenty,
    };

    public static Task<LocalStack> StartAsync(ChaosOptions options, Action<string> log, CancellationToken stop) => LocalStack.StartAsync(
        new LocalStackOptions
        {
            AppFolder = options.AppFolder,
            Settings = Settings,
            Hub = hub => hub with { JobDuration = JobDuration, Play = JobPlays.Succeed },
            Host = host => host with { TimerEvery = Tick, CrashLimit = null },
            Log = log,
        },
        stop);
}
