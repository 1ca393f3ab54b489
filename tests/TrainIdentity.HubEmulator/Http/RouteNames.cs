namespace TrainIdentity.HubEmulator.Http;

/// <summary>The name by which faults and the call log know a route.</summary>
internal sealed record RouteName(string Value);

internal static class RouteNames
{
    public const string Whoami = "whoami";
    public const string Create = "create";
    public const string Delete = "delete";
    public const string Move = "move";
    public const string Settings = "settings";
    public const string List = "list";
    public const string Info = "info";
    public const string AuthCheck = "auth-check";
    public const string RepoStorage = "storage";
    public const string Tree = "tree";
    public const string Paths = "paths";
    public const string History = "history";
    public const string Preupload = "preupload";
    public const string Batch = "batch";
    public const string Put = "put";
    public const string Download = "download";
    public const string Verify = "verify";
    public const string Complete = "complete";
    public const string Commit = "commit";
    public const string Resolve = "resolve";
    public const string LfsFiles = "lfs-files";
    public const string JobsStart = "jobs.start";
    public const string JobsGet = "jobs.get";
    public const string JobsList = "jobs.list";
    public const string JobsCancel = "jobs.cancel";
    public const string JobsLogs = "jobs.logs";
    public const string JobsMetrics = "jobs.metrics";
    public const string JobsEvents = "jobs.events";
    public const string JobsScheduled = "jobs.scheduled";
    public const string JobsOther = "jobs.other";
    public const string Webhooks = "webhooks";

    /// <summary>Not a route: the deliveries that the emulator itself makes.</summary>
    public const string Delivery = "webhook";

    public static IReadOnlySet<string> All { get; } = new HashSet<string>
    {
        Whoami, Create, Delete, Move, Settings, List, Info, AuthCheck, RepoStorage, Tree, Paths, History, Preupload, Batch, Put, Download, Verify, Complete,
        Commit, Resolve, LfsFiles, JobsStart, JobsGet, JobsList, JobsCancel, JobsLogs, JobsMetrics, JobsEvents, JobsScheduled,
        JobsOther, Webhooks, Delivery,
    };

    public static RouteHandlerBuilder Named(this RouteHandlerBuilder route, string name) => route.WithMetadata(new RouteName(name));

    public static string? Of(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<RouteName>()?.Value;
}
